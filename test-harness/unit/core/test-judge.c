/* SPDX-License-Identifier: BSD-2-Clause */
/* From registers to KVM's features, the verdict, the user's expectations and the exit status. */
#include "core/leaves/decode_kvm.h"
#include "unit/fake/recorded.h"

static void one_kvm(struct report *report, uint32_t features, uint32_t hints)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, features, hints);
	recorded_judge(&cpu, report);
}

static const struct {
	int vendor;
	enum missing missing;
	gboolean bit;
	const char *first; /* signature at 0x40000000, NULL for none */
	uint32_t kvm;      /* KVM's base, 0 for none */
	enum verdict verdict;
	const char *name;
} machines[] = {
	{ AMD, MISSING_ZEROS, TRUE, NULL, 0x40000000, VERDICT_KVM, "kvm" },
	{ INTEL, MISSING_TOP, TRUE, NULL, 0x40000000, VERDICT_KVM, "kvm" },
	{ INTEL, MISSING_TOP, FALSE, NULL, 0x40000000, VERDICT_KVM, "kvm" },
	{ INTEL, MISSING_TOP, TRUE, "Microsoft Hv", 0x40000100, VERDICT_KVM_BEHIND, "kvm-behind" },
	{ AMD, MISSING_ZEROS, FALSE, "Linux KVM Hv", 0x40000100, VERDICT_KVM_BEHIND, "kvm-behind" },
	{ AMD, MISSING_ZEROS, TRUE, "XenVMMXenVMM", 0x4000ff00, VERDICT_KVM_BEHIND, "kvm-behind" },
	{ AMD, MISSING_TOP, TRUE, "TCGTCGTCGTCG", 0, VERDICT_OTHER, "other" },
	{ AMD, MISSING_TOP, FALSE, "TCGTCGTCGTCG", 0, VERDICT_OTHER, "other" },
	{ INTEL, MISSING_ALIAS, TRUE, "bhyve bhyve ", 0, VERDICT_OTHER, "other" },
	{ AMD, MISSING_ZEROS, TRUE, "NobodyKnows!", 0, VERDICT_OTHER, "other" },
	{ INTEL, MISSING_TOP, TRUE, NULL, 0, VERDICT_MASKED, "masked" },
	{ AMD, MISSING_ZEROS, TRUE, NULL, 0, VERDICT_MASKED, "masked" },
	{ AMD, MISSING_ONES, TRUE, NULL, 0, VERDICT_MASKED, "masked" },
	{ INTEL, MISSING_TOP, FALSE, NULL, 0, VERDICT_NONE, "none" },
	{ AMD, MISSING_ZEROS, FALSE, NULL, 0, VERDICT_NONE, "none" },
};

static void test_verdicts(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, machines[i].vendor, machines[i].missing, machines[i].bit);
		if (machines[i].first != NULL)
			recorded_base(&cpu, 0x40000000, 0x40000001, machines[i].first);
		if (machines[i].kvm != 0)
			recorded_kvm(&cpu, machines[i].kvm, machines[i].kvm + 1, 0x0100007b, 0);
		recorded_judge(&cpu, &report);
		g_assert_cmpint(report.verdict, ==, machines[i].verdict);
		g_assert_cmpstr(verdict_name(report.verdict), ==, machines[i].name);
		g_assert_cmpint(report.hypervisor_bit, ==, machines[i].bit);
		g_assert_cmpint(report.kvm.present, ==, machines[i].kvm != 0);
		g_assert_cmphex(report.kvm.base, ==, machines[i].kvm);
		g_assert_cmphex(report.kvm.eax, ==, machines[i].kvm != 0 ? 0x0100007b : 0);
		g_assert_cmpint(judge_status(&report), ==, 0x10);
	}
}

static void test_decode(void)
{
	struct report report;

	one_kvm(&report, 0x01007ab2, 0x80000001);
	g_assert_cmphex(report.kvm.eax, ==, 0x01007ab2);
	g_assert_cmphex(report.kvm.edx, ==, 0x80000001);
	g_assert_false(report.kvm.has_timing);
	g_assert_cmpuint(report.problem_count, ==, 0);
}

/* Linux's guest code takes the first match of its search. */
static void test_lowest_block(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000300, 0x40000301, 0x22, 0);
	recorded_kvm(&cpu, 0x40000200, 0x40000201, 0x11, 0);
	recorded_judge(&cpu, &report);
	g_assert_cmphex(report.kvm.base, ==, 0x40000200);
	g_assert_cmphex(report.kvm.eax, ==, 0x11);
}

static void test_timing(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000010, 1, 0);
	recorded_set(&cpu, 0x40000010, 0x001e8480, 0x000f4240, 7, 9);
	recorded_judge(&cpu, &report);
	g_assert_true(report.kvm.has_timing);
	g_assert_cmpuint(report.kvm.tsc_khz, ==, 2000000);
	g_assert_cmpuint(report.kvm.apic_khz, ==, 1000000);
	/* The leaf exists, but KVM's block ends before it, so that it is not KVM's. */
	cpu.leaves[3].regs.eax = 0x4000000f;
	cpu.asked_count = 0;
	recorded_judge(&cpu, &report);
	g_assert_false(report.kvm.has_timing);
}

static void test_no_feature_leaf(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000000, 0x01007afb, 1);
	recorded_judge(&cpu, &report);
	g_assert_cmpint(report.verdict, ==, VERDICT_KVM);
	g_assert_cmphex(report.kvm.eax, ==, 0);
	g_assert_cmphex(report.kvm.edx, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_NO_FEATURE_LEAF, 0x40000000, 0x40000000, 1);
	assert_regs(&report.problems[0].regs, 0x40000000, 0x4b4d564b, 0x564b4d56, 0x4d);
}

/* Blocks below KVM's may have used up the room for leaves. */
static void test_no_room_for_kvm(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, 0x40000000, 0x400000ff, "Microsoft Hv");
	recorded_base(&cpu, 0x40000100, 0x400001ff, "XenVMMXenVMM");
	recorded_kvm(&cpu, 0x40000200, 0x40000201, 0x01007afb, 0);
	recorded_judge(&cpu, &report);
	g_assert_true(report.kvm.present);
	g_assert_cmphex(report.kvm.base, ==, 0x40000200);
	g_assert_cmpint(report.verdict, ==, VERDICT_KVM_BEHIND);
	g_assert_cmpint(report.problems[0].kind, ==, PROBLEM_LEAVES_DROPPED);
}

/* KVM's signature on a machine of VirtualBox or Parallels, or with VirtualBox's features, is only an interface. */
static void test_kvm_interface(void)
{
	static const struct {
		uint32_t features;
		bool foreign;
		const char *title;
	} rows[] = { { 0x01007afb, false, "KVM" }, { 0x01007afb, true, "KVM interface" },
		{ 0x01000089, false, "KVM interface" }, { 0x00000089, false, "KVM interface" },
		{ 0x0100008b, false, "KVM" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu;
		struct report report = { .foreign_machine = rows[i].foreign };

		recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
		recorded_kvm(&cpu, 0x40000000, 0x40000001, rows[i].features, 0);
		recorded_examine(&cpu, &report, NULL);
		g_assert_cmpstr(hypervisor_title(&report.blocks[0]), ==, rows[i].title);
	}
}

/* A block of VirtualBox or Parallels beside KVM's block means that the latter is only an interface. */
static void test_kvm_interface_by_neighbour(void)
{
	static const struct {
		const char *signature, *title;
	} rows[] = { { "VBoxVBoxVBox", "KVM interface" }, { " lrpepyh  vr", "KVM interface" },
		{ " prl hyperv ", "KVM interface" }, { "prl hyperv  ", "KVM interface" }, { "VMwareVMware", "KVM" },
		{ "Microsoft Hv", "KVM" }, { "NobodyKnows!", "KVM" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (uint32_t above = 0; above < 2; above++) {
			struct recorded cpu;
			struct report report;

			recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
			recorded_base(&cpu, 0x40000000 + above * 0x100, 0x40000000 + above * 0x100, rows[i].signature);
			recorded_kvm(&cpu, 0x40000100 - above * 0x100, 0x40000101 - above * 0x100, 0x01007afb, 0);
			recorded_judge(&cpu, &report);
			g_assert_cmpstr(hypervisor_title(&report.blocks[1 - above]), ==, rows[i].title);
			g_assert_cmpstr(hypervisor_title(&report.blocks[above]), !=, "KVM interface");
		}
	}
}

static void test_judge_status(void)
{
	struct report report;

	one_kvm(&report, 0x40, 0);
	report.expectation_count = 2;
	for (int outcome = 0; outcome < 4; outcome++) {
		report.expectations[0].holds = outcome & 1;
		report.expectations[1].holds = outcome & 2;
		g_assert_cmpint(judge_status(&report), ==, outcome == 3 ? 0x10 : 0x11);
	}
	report.expectations[2].holds = false; /* behind the last expectation: must be ignored */
	g_assert_cmpint(judge_status(&report), ==, 0x10);
	report.expectation_count = 0;
	g_assert_cmpint(judge_status(&report), ==, 0x10);
}

/* A probe that was not run, or that KVM did not answer, or that left something out, is a failure if something rests on
 * it. */
static void test_not_probed(void)
{
	for (int what = 0; what < 256; what++) {
		struct report report;
		int expected = 0x10;

		one_kvm(&report, 0x40, 0);
		report.probe_asked = what & 1;
		report.probe.run = what & 2;
		report.enforced = what & 4;
		report.probe_forced = what & 8;
		report.vcpus_silent.count = what & 32 ? 1 : 0;
		report.probe.kvm_answers = what & 64;
		report.probe.masked_untried = what & 128;
		report.expectation_count = 2;
		report.expectations[0] = (struct expectation){ .kind = EXPECT_FORBID, .holds = true };
		report.expectations[1] = (struct expectation){ .kind = EXPECT_VERDICT, .holds = true };
		if (what & 16)
			report.expectations[1].kind = EXPECT_REQUIRE;
		if ((what & 1) && (what & (4 | 8 | 16)) && (what & (2 | 64)) != (2 | 64))
			expected = 0x16;
		else if ((what & 1) && (what & 4) && (what & 128))
			expected = 0x16;
		else if (what & 32)
			expected = 0x13;
		g_assert_cmpint(judge_status(&report), ==, expected);
		report.expectations[0].holds = false;
		g_assert_cmpint(judge_status(&report), ==, 0x11);
	}
}

/* One vCPU that differs, or one that is silent, or both. */
static void test_status_of_vcpus(void)
{
	for (uint32_t which = 0; which < 4; which++) {
		struct report report;

		one_kvm(&report, 0x40, 0);
		report.vcpus_differing.count = which & 1;
		report.vcpus_silent.count = which >> 1;
		g_assert_cmpint(judge_status(&report), ==, which == 0 ? 0x10 : 0x13);
	}
}

/* Blocks behind the last are ignored. In a report that is full of expectations the last one is judged too. */
static void test_behind_the_last(void)
{
	struct report report = { .block_count = 1, .leaf_count = 1, .expectation_count = EXPECTATIONS_MAX };

	report.blocks[0] = (struct block){ .base = 0x40000000, .hypervisor = HYPERVISOR_VMWARE };
	report.blocks[1] = (struct block){ .base = 0x40000100, .hypervisor = HYPERVISOR_KVM };
	for (size_t i = 0; i < EXPECTATIONS_MAX; i++)
		report.expectations[i] = (struct expectation){ .kind = EXPECT_VERDICT, .verdict = VERDICT_OTHER };
	decode_kvm(&report);
	judge_report(&report);
	g_assert_false(report.kvm.present);
	for (size_t i = 0; i < EXPECTATIONS_MAX; i++)
		g_assert_true(report.expectations[i].holds);
	report = (struct report){ .block_count = 1, .leaf_count = 1 };
	report.blocks[0] = (struct block){ .base = 0x40000000, .hypervisor = HYPERVISOR_KVM };
	report.blocks[1] = (struct block){ .base = 0x40000100, .hypervisor = HYPERVISOR_VIRTUALBOX };
	report.leaves[0].leaf = 0x40000000;
	decode_kvm(&report);
	g_assert_true(report.kvm.present);
	g_assert_false(report.blocks[0].kvm_interface);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/judge/verdicts", test_verdicts);
	g_test_add_func("/judge/decode", test_decode);
	g_test_add_func("/judge/lowest-block", test_lowest_block);
	g_test_add_func("/judge/kvm-interface", test_kvm_interface);
	g_test_add_func("/judge/kvm-interface-by-neighbour", test_kvm_interface_by_neighbour);
	g_test_add_func("/judge/timing", test_timing);
	g_test_add_func("/judge/no-feature-leaf", test_no_feature_leaf);
	g_test_add_func("/judge/status", test_judge_status);
	g_test_add_func("/judge/not-probed", test_not_probed);
	g_test_add_func("/judge/status-of-vcpus", test_status_of_vcpus);
	g_test_add_func("/judge/behind-the-last", test_behind_the_last);
	g_test_add_func("/judge/no-room-for-kvm", test_no_room_for_kvm);
	return g_test_run();
}
