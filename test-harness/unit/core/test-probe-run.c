/* SPDX-License-Identifier: BSD-2-Clause */
/* When the probe runs, what it tries on which machine, and what counts as a contradiction. */
#include "core/judge/judge.h"
#include "unit/fake/fake_ring0.h"
#include "unit/fake/recorded.h"
#include "unit/fake/kvm_expected.h"

enum { ALL = 0x01007efb };

/* Probes a machine with or without the hypervisor bit, and with or without KVM's leaves. */
static void run(struct fake_kvm *kvm, bool bit, bool leaves, bool force, struct report *report)
{
	struct ring0 ring0 = fake_ring0(kvm);
	struct recorded cpu;

	*fake_msr(kvm, KVM_MSR_POLL_CONTROL) = 1;
	recorded_init(&cpu, AMD, MISSING_ZEROS, bit);
	if (leaves)
		recorded_kvm(&cpu, 0x40000000, 0x40000001, kvm->features, 0);
	recorded_judge(&cpu, report);
	probe_run(report, &ring0, force);
}

static bool has_problem(const struct report *report, enum problem_kind kind)
{
	for (size_t i = 0; i < report->problem_count; i++)
		if (report->problems[i].kind == kind) {
			g_assert_cmpuint(report->problems[i].number, ==, 0); /* it has no number */
			return true;
		}
	return false;
}

/* Without any sign of a hypervisor nothing is tried, unless force is set. */
static void test_when(void)
{
	for (int signs = 0; signs < 8; signs++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true };
		bool bit = signs & 1, leaves = signs & 2, force = signs & 4;
		struct report report;

		run(&kvm, bit, leaves, force, &report);
		g_assert_cmpint(report.probe.run, ==, signs != 0);
		g_assert_cmpint(has_problem(&report, PROBLEM_NO_HYPERVISOR), ==, signs == 0);
		g_assert_cmpint(kvm.calls > 0, ==, signs != 0);
		g_assert_cmpint(kvm.msrs_touched > 0, ==, signs != 0);
		g_assert_cmpint(has_problem(&report, PROBLEM_KVM_ANSWERS), ==, signs != 0 && !leaves);
		g_assert_false(has_problem(&report, PROBLEM_NOTHING_ANSWERS));
	}
}

/* Without an answer and without leaves, KVM's MSRs are read but not written, and the two old ones not even read. */
static void test_nobody_answers(void)
{
	struct fake_kvm kvm = { .is_kvm = false, .ignores_msrs = true };
	struct report report;

	run(&kvm, true, false, false, &report);
	g_assert_true(has_problem(&report, PROBLEM_NOTHING_ANSWERS));
	g_assert_false(has_problem(&report, PROBLEM_KVM_ANSWERS));
	g_assert_cmpuint(kvm.calls, ==, 1);
	g_assert_cmpuint(kvm.msrs_written, ==, 0);
	g_assert_cmpuint(report.probe.general_steps, ==, report.probe.step_count);
	g_assert_cmpuint(report.probe.step_count, ==, 1 + expected_unlocks("MSR 0x4b564d")); /* 0x4b564d00 to 08, ... */
	for (uint32_t i = 0; i < expected_unlocks("MSR 0x4b564d"); i++) {
		g_assert_cmpint(report.probe.steps[1 + i].kind, ==, STEP_READ);
		g_assert_cmphex(report.probe.steps[1 + i].number, ==, 0x4b564d00 + i);
	}
	g_assert_false(probe_contradicts(&report.probe, true));
}

/* The unassigned hypercall is tried only if hypercall 1 was answered, the unassigned MSR only on a KVM. */
static void test_listening(void)
{
	struct fake_kvm kvm = { .features = 0, .is_kvm = true };
	struct report report;

	run(&kvm, true, true, false, &report);
	g_assert_cmpuint(report.probe.general_steps, ==, 4);
	g_assert_cmpint(report.probe.steps[0].kind, ==, STEP_CALL);
	g_assert_cmpuint(report.probe.steps[0].number, ==, 1);
	g_assert_cmpint(report.probe.steps[1].kind, ==, STEP_CALL);
	g_assert_cmphex(report.probe.steps[1].number, ==, 0x7fff);
	g_assert_cmpint((int64_t)report.probe.steps[1].value, ==, -1000);
	g_assert_cmpint(report.probe.steps[2].kind, ==, STEP_READ);
	g_assert_cmphex(report.probe.steps[2].number, ==, 0x4b564dff);
	g_assert_cmpint(report.probe.steps[2].fault, ==, FAULT_GP);
	g_assert_cmpint(report.probe.steps[3].kind, ==, STEP_CALL);
	g_assert_cmphex(report.probe.steps[3].number, ==, 9);
}

/*
 * KVM's leaves alone do not permit a write: where no hypercall is answered as KVM does, its MSRs are only read. One
 * such host answers none, another answers 0 to any (-KVM_ENOSYS is what Linux arch/x86/kvm/x86.c returns for an unknown
 * one).
 */
static void test_leaves_are_not_enough(void)
{
	for (int answers_all = 0; answers_all < 2; answers_all++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = answers_all, .answers_all = answers_all };
		struct report report;

		run(&kvm, true, true, false, &report);
		g_assert_false(report.probe.kvm_answers);
		g_assert_true(has_problem(&report, PROBLEM_NOTHING_ANSWERS));
		g_assert_cmpuint(kvm.calls, ==, answers_all ? 2 : 1);
		g_assert_cmpuint(kvm.msrs_written, ==, 0);
		fake_assert_outcome(&report, KVM_BIT_PV_UNHALT, PROBE_UNTESTED, WHY_SILENT);
		fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE2, PROBE_UNTESTED, WHY_SILENT);
		fake_assert_outcome(&report, KVM_BIT_MMU_OP, PROBE_ABSENT, WHY_NONE);
	}
}

/* Only an answer of 0 to hypercall 1 is KVM's. */
static void test_other_answers(void)
{
	static const int64_t answers[] = { 1, -1, -1000, INT64_C(0x100000000) };

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		struct fake_kvm kvm = { .is_kvm = true, .answers[0] = { true, 1, FAULT_NONE, answers[i] } };
		struct report report;

		run(&kvm, true, false, false, &report);
		g_assert_false(report.probe.kvm_answers);
		g_assert_cmpuint(kvm.calls, ==, 1);
		g_assert_cmpuint(kvm.msrs_written, ==, 0);
	}
}

/* A masked feature is tried if a host can refuse it: it has an MSR, a hypercall or a bit in another's MSR. */
static void test_which_masked_are_tried(void)
{
	struct fake_kvm kvm = { .features = 0, .is_kvm = true };
	struct report report;

	run(&kvm, true, true, false, &report);
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct probe_result *result = &report.probe.results[i];
		bool has_gate = *kvm_expected[i].unlocks != '\0' || kvm_expected[i].bit == KVM_BIT_ASYNC_PF_VMEXIT;

		g_test_message("%s", kvm_features[i].name);
		g_assert_cmpint(result->step_count > 0, ==, has_gate);
		g_assert_cmpint(result->outcome == PROBE_ABSENT, ==, !has_gate);
	}
}

/* A masked feature that cannot be tested counts as absent. */
static void test_masked_untested(void)
{
	struct fake_kvm kvm = { .features = 0, .is_kvm = true, .no_page = true };
	struct report report;

	run(&kvm, true, true, false, &report);
	g_assert_cmpint(fake_result(&report, KVM_BIT_STEAL_TIME)->outcome, ==, PROBE_ABSENT);
	g_assert_cmpint(fake_result(&report, KVM_BIT_STEAL_TIME)->why, ==, WHY_NONE);
	g_assert_cmpint(fake_result(&report, KVM_BIT_PV_UNHALT)->outcome, ==, PROBE_MASKED_ACCEPTED);
}

/* Each outcome by itself, in the first row and in the last. */
static void test_contradictions(void)
{
	static const size_t rows[] = { 0, KVM_FEATURE_ROWS - 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (uint8_t outcome = 0; outcome < PROBE_OUTCOMES; outcome++) {
			struct probe probe = { .run = true };
			bool contradicts = outcome == PROBE_REFUSED || outcome == PROBE_WRONG;

			probe.results[rows[i]].outcome = outcome;
			g_assert_cmpint(probe_contradicts(&probe, false), ==, contradicts);
			g_assert_cmpint(
				probe_contradicts(&probe, true), ==, contradicts || outcome >= PROBE_MASKED_WORKS);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-run/when", test_when);
	g_test_add_func("/probe-run/nobody-answers", test_nobody_answers);
	g_test_add_func("/probe-run/listening", test_listening);
	g_test_add_func("/probe-run/leaves-are-not-enough", test_leaves_are_not_enough);
	g_test_add_func("/probe-run/other-answers", test_other_answers);
	g_test_add_func("/probe-run/which-masked-are-tried", test_which_masked_are_tried);
	g_test_add_func("/probe-run/masked-untested", test_masked_untested);
	g_test_add_func("/probe-run/contradictions", test_contradictions);
	return g_test_run();
}
