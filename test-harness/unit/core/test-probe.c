/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe on the fake KVM: without a fault, with masks, with enforced masks, absent, and with each defect. */
#include "core/judge/judge.h"
#include "unit/fake/fake_ring0.h"
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"
#include "unit/fake/kvm_expected.h"

/* What KVM offers of itself. */
#define ALL expected_offered()

/* What KVM offers, and a host that enforces refuses to a guest without features (Linux's kvm_pv_test.c has such lists).
 */
static GArray *features_gated(void)
{
	GArray *bits = g_array_new(FALSE, FALSE, sizeof(uint8_t));

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		uint8_t bit = (uint8_t)kvm_expected[i].bit;

		if (kvm_expected[i].offered && *kvm_expected[i].unlocks != '\0')
			g_array_append_val(bits, bit);
	}
	return bits;
}

static uint8_t gated_bit(const GArray *gated, size_t i)
{
	return g_array_index(gated, uint8_t, i);
}

/*
 * What a sound feature comes to, by whether its effect can be provoked with so many other vCPUs: no page is absent,
 * what the host's scheduler does is not seen, and only another vCPU can be woken or compared with.
 */
static void assert_sound(const struct report *report, uint8_t bit, unsigned others, bool masked)
{
	enum probe_why why = WHY_NONE;

	if (bit == KVM_BIT_ASYNC_PF || bit == KVM_BIT_ASYNC_PF_VMEXIT)
		why = WHY_NO_ABSENCE;
	else if (bit == KVM_BIT_POLL_CONTROL || bit == KVM_BIT_PV_SCHED_YIELD)
		why = WHY_NO_EFFECT;
	else if ((bit == KVM_BIT_PV_UNHALT || bit == KVM_BIT_CLOCKSOURCE_STABLE_BIT) && others == 0)
		why = WHY_ONE_VCPU;
	if (masked)
		fake_assert_outcome(report, bit, why == WHY_NONE ? PROBE_MASKED_WORKS : PROBE_MASKED_ACCEPTED, why);
	else
		fake_assert_outcome(report, bit, why == WHY_NONE ? PROBE_WORKS : PROBE_ACCEPTED, why);
}

static void assert_all_sound(unsigned others)
{
	g_autoptr(GArray) gated = features_gated();
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .enforces = true, .other_count = others };
	struct report report;

	fake_probe_cleanly(&kvm, false, &report);
	g_assert_true(report.probe.kvm_answers);
	g_assert_cmpuint(report.probe.vcpus_probed, ==, others);
	g_assert_cmpuint(report.probe.difference_count, ==, 0);
	for (size_t i = 0; i < gated->len; i++)
		assert_sound(&report, gated_bit(gated, i), others, false);
	assert_sound(&report, KVM_BIT_PV_TLB_FLUSH, others, false);
	assert_sound(&report, KVM_BIT_ASYNC_PF_VMEXIT, others, false);
	assert_sound(&report, KVM_BIT_CLOCKSOURCE_STABLE_BIT, others, false);
	fake_assert_outcome(&report, KVM_BIT_NOP_IO_DELAY, PROBE_UNTESTED, WHY_PROMISE);
	fake_assert_outcome(&report, KVM_BIT_MMU_OP, PROBE_MASKED_REFUSED, WHY_NONE);
	fake_assert_outcome(&report, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_MASKED_REFUSED, WHY_NONE);
	fake_assert_outcome(&report, KVM_BIT_MIGRATION_CONTROL, PROBE_MASKED_REFUSED, WHY_NONE);
	fake_assert_outcome(&report, KVM_BIT_MSI_EXT_DEST_ID, PROBE_ABSENT, WHY_NONE);
	g_assert_false(probe_contradicts(&report.probe, true));
}

static void test_sound(void)
{
	for (unsigned others = 0; others <= FAKE_OTHERS_MAX; others++)
		assert_all_sound(others);
}

static void test_masked(void)
{
	g_autoptr(GArray) gated = features_gated();

	for (int enforces = 0; enforces < 2; enforces++) {
		struct fake_kvm kvm = { .features = 0, .is_kvm = true, .enforces = enforces };
		struct report report;

		fake_probe_cleanly(&kvm, true, &report);
		g_assert_true(report.probe.kvm_answers);
		g_assert_cmpint(report.problems[report.problem_count - 1].kind, ==, PROBLEM_KVM_ANSWERS);
		for (size_t i = 0; i < gated->len; i++) {
			if (enforces)
				fake_assert_outcome(&report, gated_bit(gated, i), PROBE_MASKED_REFUSED, WHY_NONE);
			else
				assert_sound(&report, gated_bit(gated, i), 0, true);
		}
		fake_assert_outcome(&report, KVM_BIT_PV_TLB_FLUSH, PROBE_ABSENT, WHY_NONE);
		g_assert_false(probe_contradicts(&report.probe, false));
		g_assert_cmpint(probe_contradicts(&report.probe, true), ==, !enforces);
	}
}

static void test_each_masked_alone(void)
{
	g_autoptr(GArray) gated = features_gated();

	for (size_t i = 0; i < gated->len; i++) {
		struct fake_kvm kvm = {
			.features = ALL & ~(UINT32_C(1) << gated_bit(gated, i)), .is_kvm = true, .enforces = true
		};
		struct report report;

		fake_probe_cleanly(&kvm, false, &report);
		for (size_t k = 0; k < gated->len; k++) {
			if (i == k)
				fake_assert_outcome(&report, gated_bit(gated, k), PROBE_MASKED_REFUSED, WHY_NONE);
			else if (gated_bit(gated, k) == KVM_BIT_ASYNC_PF_INT && gated_bit(gated, i) == KVM_BIT_ASYNC_PF)
				fake_assert_outcome(&report, KVM_BIT_ASYNC_PF_INT, PROBE_ACCEPTED, WHY_NO_ABSENCE);
			else
				assert_sound(&report, gated_bit(gated, k), 0, false);
		}
		fake_assert_outcome(&report, KVM_BIT_PV_TLB_FLUSH,
			gated_bit(gated, i) == KVM_BIT_STEAL_TIME ? PROBE_UNTESTED : PROBE_WORKS,
			gated_bit(gated, i) == KVM_BIT_STEAL_TIME ? WHY_NEEDS_STEAL : WHY_NONE);
		fake_assert_outcome(&report, KVM_BIT_ASYNC_PF_VMEXIT,
			gated_bit(gated, i) == KVM_BIT_ASYNC_PF ? PROBE_UNTESTED : PROBE_ACCEPTED,
			gated_bit(gated, i) == KVM_BIT_ASYNC_PF ? WHY_NEEDS_ASYNC : WHY_NO_ABSENCE);
	}
}

static void test_no_kvm(void)
{
	struct fake_kvm kvm = { .is_kvm = false };
	struct report report;

	fake_probe_cleanly(&kvm, true, &report);
	g_assert_true(report.probe.run);
	g_assert_false(report.probe.kvm_answers);
	for (size_t i = 0; i < KVM_FEATURE_ROWS; i++)
		g_assert_cmpint(report.probe.results[i].outcome, ==, PROBE_ABSENT);
	for (size_t i = 0; i < report.probe.step_count; i++)
		g_assert_cmpint(report.probe.steps[i].kind, !=, STEP_WRITE);
	g_assert_cmpint(report.problems[report.problem_count - 1].kind, ==, PROBLEM_NOTHING_ANSWERS);
}

static void test_defects(void)
{
	static const struct {
		enum defect defect;
		uint8_t bit;
		enum probe_outcome outcome;
		enum probe_why why;
	} rows[] = {
		{ DEFECT_READ_BACK, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_READ_BACK },
		{ DEFECT_READ_BACK, KVM_BIT_PV_EOI, PROBE_WRONG, WHY_READ_BACK },
		{ DEFECT_RESERVED, KVM_BIT_ASYNC_PF, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_STEAL_TIME, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_PV_EOI, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_POLL_CONTROL, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_ASYNC_PF_INT, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_NOT_FILLED, KVM_BIT_CLOCKSOURCE, PROBE_WRONG, WHY_NOT_FILLED },
		{ DEFECT_NOT_FILLED, KVM_BIT_STEAL_TIME, PROBE_WRONG, WHY_NOT_FILLED },
		{ DEFECT_NOT_FILLED, KVM_BIT_PV_TLB_FLUSH, PROBE_WRONG, WHY_PREEMPTED },
		{ DEFECT_ODD_VERSION, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_VERSION },
		{ DEFECT_ODD_VERSION, KVM_BIT_STEAL_TIME, PROBE_WRONG, WHY_VERSION },
		{ DEFECT_NO_SCALE, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_SCALE },
		{ DEFECT_LATER_SHIFT, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_SCALE },
		{ DEFECT_STOPPED, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_STANDS_STILL },
		/* Only the old MSR shows drift: with the new one KVM publishes the same snapshot each time. */
		{ DEFECT_DRIFT, KVM_BIT_CLOCKSOURCE, PROBE_WRONG, WHY_DRIFTS },
		{ DEFECT_16_TIMES, KVM_BIT_CLOCKSOURCE, PROBE_WRONG, WHY_FAST },
		{ DEFECT_16_TIMES, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_FAST },
		{ DEFECT_2_TIMES, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_FAST },
		{ DEFECT_FIFTH_MORE, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_FAST },
		{ DEFECT_FIFTH_LESS, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_SLOW },
		{ DEFECT_HALF, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_SLOW },
		{ DEFECT_SIXTEENTH, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_STANDS_STILL },
		{ DEFECT_FREQUENCY, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_FREQUENCY },
		{ DEFECT_PREEMPTED, KVM_BIT_PV_TLB_FLUSH, PROBE_WRONG, WHY_PREEMPTED },
		{ DEFECT_DEAF, KVM_BIT_ASYNC_PF_INT, PROBE_WRONG, WHY_UNHEARD },
		{ DEFECT_DEAF, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_UNHEARD },
		{ DEFECT_DEAF, KVM_BIT_PV_EOI, PROBE_WRONG, WHY_UNHEARD },
		{ DEFECT_EOI_LOST, KVM_BIT_PV_EOI, PROBE_WRONG, WHY_EOI_LOST },
		{ DEFECT_ASLEEP, KVM_BIT_PV_UNHALT, PROBE_WRONG, WHY_ASLEEP },
		{ DEFECT_STALE, KVM_BIT_PV_TLB_FLUSH, PROBE_WRONG, WHY_STALE },
		{ DEFECT_WARP, KVM_BIT_CLOCKSOURCE_STABLE_BIT, PROBE_WRONG, WHY_WARPS },
		{ DEFECT_COUNT, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_COUNT },
		{ DEFECT_ERROR, KVM_BIT_PV_UNHALT, PROBE_WRONG, WHY_ANSWER },
		{ DEFECT_ERROR, KVM_BIT_PV_SCHED_YIELD, PROBE_WRONG, WHY_ANSWER },
		{ DEFECT_ERROR, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_ANSWER },
		{ DEFECT_WIDE_ERROR, KVM_BIT_PV_UNHALT, PROBE_WRONG, WHY_ANSWER },
		{ DEFECT_MSRS_REFUSED, KVM_BIT_CLOCKSOURCE, PROBE_REFUSED, WHY_NONE },
		{ DEFECT_MSRS_REFUSED, KVM_BIT_POLL_CONTROL, PROBE_REFUSED, WHY_NONE },
		{ DEFECT_MSRS_REFUSED, KVM_BIT_ASYNC_PF_INT, PROBE_REFUSED, WHY_NONE },
		{ DEFECT_MSRS_REFUSED, KVM_BIT_CLOCKSOURCE_STABLE_BIT, PROBE_UNTESTED, WHY_NEEDS_CLOCK },
		{ DEFECT_CALLS_REFUSED, KVM_BIT_PV_UNHALT, PROBE_REFUSED, WHY_NONE },
		{ DEFECT_CALLS_REFUSED, KVM_BIT_PV_SEND_IPI, PROBE_REFUSED, WHY_NONE },
		{ DEFECT_CALLS_REFUSED, KVM_BIT_PV_SCHED_YIELD, PROBE_REFUSED, WHY_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .defect = rows[i].defect, .other_count = 1 };
		struct report report;

		g_test_message("defect %d, bit %u", rows[i].defect, rows[i].bit);
		fake_probe(&kvm, false, &report);
		fake_assert_outcome(&report, rows[i].bit, rows[i].outcome, rows[i].why);
		g_assert_true(probe_contradicts(&report.probe, false));
		g_assert_cmpint(judge_status(&report), ==, STATUS_PROBE);
		g_assert_cmpuint(kvm.listening, ==, 0);
	}
}

/* A masked feature that behaves wrongly is still one that the mask does not switch off. */
static void test_masked_defect(void)
{
	struct fake_kvm kvm = { .features = 0, .is_kvm = true, .defect = DEFECT_DRIFT };
	struct report report;

	fake_probe(&kvm, false, &report);
	fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE, PROBE_MASKED_WORKS, WHY_DRIFTS);
	g_assert_false(probe_contradicts(&report.probe, false));
}

/* A host may give its guest any time: a disagreement is reported as a reason, and the clock still works. */
static void test_another_time(void)
{
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .defect = DEFECT_WALL_CLOCK };
	struct report report;

	fake_probe_cleanly(&kvm, false, &report);
	fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE, PROBE_WORKS, WHY_WALL_CLOCK);
	fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE2, PROBE_WORKS, WHY_WALL_CLOCK);
	g_assert_false(probe_contradicts(&report.probe, true));
}

/* A host that ignores accesses to unknown MSRs: an MSR that does not hold what was written does not exist. */
static void test_ignored_msrs(void)
{
	g_autoptr(GArray) gated = features_gated();
	static const uint8_t by_msr[] = { 0, 3, 4, 5, 6, 12, 14 };
	struct fake_kvm kvm = { .features = 0, .is_kvm = true, .enforces = true, .ignores_msrs = true };
	struct report report;

	fake_probe_cleanly(&kvm, true, &report);
	for (size_t i = 0; i < G_N_ELEMENTS(by_msr); i++)
		fake_assert_outcome(&report, by_msr[i], PROBE_MASKED_REFUSED, WHY_NONE);
	fake_assert_outcome(&report, KVM_BIT_MIGRATION_CONTROL, PROBE_ABSENT, WHY_NONE);
	g_assert_false(probe_contradicts(&report.probe, true));
	kvm = (struct fake_kvm){ .features = ALL, .is_kvm = true, .ignores_msrs = true };
	fake_probe_cleanly(&kvm, false, &report);
	for (size_t i = 0; i < gated->len; i++)
		assert_sound(&report, gated_bit(gated, i), 0, false);
}

/* The report has what a hypercall returned, even a full 64-bit number. */
static void test_returned_values(void)
{
	static const struct {
		enum defect defect;
		const char *returned;
	} rows[] = { { DEFECT_NONE, "0" }, { DEFECT_CALLS_REFUSED, "-1000" }, { DEFECT_ERROR, "-22" },
		{ DEFECT_WIDE_ERROR, "0x8000000000000000" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .defect = rows[i].defect };
		g_autofree char *step = g_strdup_printf("[\"hypercall\",\"5\",\"%s\"]", rows[i].returned);
		g_autofree char *whole = NULL;
		struct report report;
		json_t *root;
		size_t length;

		fake_probe(&kvm, false, &report);
		root = parsed_report(&report, REPORT_SIZE_MAX, &length);
		whole = json_dumps(root, JSON_COMPACT);
		g_assert_nonnull(strstr(whole, step));
		json_decref(root);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe/sound", test_sound);
	g_test_add_func("/probe/masked", test_masked);
	g_test_add_func("/probe/each-masked-alone", test_each_masked_alone);
	g_test_add_func("/probe/no-kvm", test_no_kvm);
	g_test_add_func("/probe/defects", test_defects);
	g_test_add_func("/probe/masked-defect", test_masked_defect);
	g_test_add_func("/probe/another-time", test_another_time);
	g_test_add_func("/probe/ignored-msrs", test_ignored_msrs);
	g_test_add_func("/probe/returned-values", test_returned_values);
	return g_test_run();
}
