/* SPDX-License-Identifier: BSD-2-Clause */
/* The limits of a report: the last block, leaf and problem that it holds, and the first that it does not. */
#include "unit/fake/recorded.h"

enum {
	OTHERS_MAX = LEAVES_MAX - 32,      /* rows for leaves of other blocks; 32 are kept for KVM's leaves */
	OTHER_BLOCKS_MAX = BLOCKS_MAX - 1, /* one is kept for KVM's block */
};

/* Two blocks of other hypervisors with 256 leaves each; with leaves 0, 1 and 0xd these are 515 leaves. */
static void fill_leaves(struct recorded *cpu)
{
	recorded_init(cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(cpu, 0x40000000, 0x400000ff, "VMwareVMware");
	recorded_base(cpu, 0x40000100, 0x400001ff, "XenVMMXenVMM");
}

static void test_kvm_finds_room(void)
{
	struct recorded cpu;
	struct report report;

	fill_leaves(&cpu);
	recorded_kvm(&cpu, 0x40000200, 0x40000201, 0x01007afb, 1);
	recorded_base(&cpu, 0x40000300, 0x40000300, "TCGTCGTCGTCG");
	/* This base is compared with the blocks below it, one of which has no leaf in the report. */
	recorded_base(&cpu, 0x40000400, 0, "VMwareVMware");
	recorded_judge(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 5);
	assert_block(&report, 4, 0x40000400, HYPERVISOR_VMWARE, 0, 0x40000401);
	g_assert_cmpuint(report.leaf_count, ==, OTHERS_MAX + 2);
	assert_regs(&report_leaf(&report, 0x40000200)->regs, 0x40000201, 0x4b4d564b, 0x564b4d56, 0x4d);
	assert_regs(&report_leaf(&report, 0x40000201)->regs, 0x01007afb, 0, 0, 1);
	g_assert_cmphex(report.kvm.eax, ==, 0x01007afb);
	/* A block behind it is still found, though there is no row for its leaf. */
	assert_block(&report, 3, 0x40000300, HYPERVISOR_TCG, 0x40000300, 0x40000300);
	g_assert_null(report_leaf(&report, 0x40000300));
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_LEAVES_DROPPED, 0x400001dd, 0x40000401, 38);
	assert_regs(&report.problems[0].regs, 0, 0, 0, 0);
}

/* KVM's leaves fill the report to its last row, and no further. */
static void test_last_leaf(void)
{
	for (uint32_t leaves = 31; leaves <= 34; leaves++) {
		struct recorded cpu;
		struct report report;
		bool fits = leaves <= 32;

		fill_leaves(&cpu);
		recorded_base(&cpu, 0x40000200, 0x40000200 + leaves - 1, "KVMKVMKVM\0\0\0");
		for (uint32_t i = 1; i < leaves; i++)
			recorded_set(&cpu, 0x40000200 + i, i, 0, 0, 0);
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(report.leaf_count, ==, OTHERS_MAX + (fits ? leaves : 32));
		g_assert_cmphex(report.leaves[report.leaf_count - 1].regs.eax, ==, fits ? leaves - 1 : 31);
		assert_problem(&report, 0, PROBLEM_LEAVES_DROPPED, 0x400001dd,
			fits ? 0x400001ff : 0x40000200 + leaves - 1, 35 + (fits ? 0 : leaves - 32));
	}
}

/* The last leaf that other hypervisors' blocks have a row for, and the first that they have none for. */
static void test_last_leaf_of_others(void)
{
	for (uint32_t beyond = 0; beyond < 2; beyond++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		recorded_base(&cpu, 0x40000000, 0x400000ff, "VMwareVMware");
		recorded_base(&cpu, 0x40000100, 0x40000100 + OTHERS_MAX - 3 - 256 - 1 + beyond, "XenVMMXenVMM");
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(report.leaf_count, ==, OTHERS_MAX);
		g_assert_cmpuint(report.problem_count, ==, beyond);
		if (beyond > 0)
			assert_problem(&report, 0, PROBLEM_LEAVES_DROPPED, 0x400001dd, 0x400001dd, 1);
	}
}

static void test_last_block(void)
{
	for (uint32_t blocks = OTHER_BLOCKS_MAX - 1; blocks <= OTHER_BLOCKS_MAX + 1; blocks++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		for (uint32_t i = 0; i < blocks; i++)
			recorded_base(&cpu, 0x4000ff00 - i * 0x100, 0x4000ff00 - i * 0x100, "VMwareVMware");
		/* No block has these registers, so that they are compared with all. */
		recorded_base(&cpu, 0x40000000, 0x99, "VMwareVMware");
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(report.block_count, ==, MIN(blocks + 1, OTHER_BLOCKS_MAX));
		g_assert_cmphex(report.blocks[0].base, ==, 0x40000000);
		g_assert_cmphex(report.blocks[report.block_count - 1].base, ==,
			blocks < OTHER_BLOCKS_MAX ? 0x4000ff00 : 0x4000ff00 - (blocks + 1 - OTHER_BLOCKS_MAX) * 0x100);
		g_assert_cmpuint(report.problem_count, ==, 1 + blocks + 1 - report.block_count);
	}
}

/* Even with no room for another block, a base that repeats a lower block is told from a block of its own. */
static void test_full_and_alias(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	for (uint32_t i = 0; i < OTHER_BLOCKS_MAX; i++)
		recorded_base(&cpu, 0x40000000 + i * 0x100, 0x40000000 + i * 0x100, "VMwareVMware");
	recorded_base(&cpu, 0x40001000, 0x40000f00, "VMwareVMware");
	recorded_base(&cpu, 0x40001100, 0x40001200, "VMwareVMware");
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, OTHER_BLOCKS_MAX);
	g_assert_cmpuint(report.problem_count, ==, 2);
	assert_problem(&report, 0, PROBLEM_ALIAS, 0x40001000, 0x40001000, 1);
	assert_problem(&report, 1, PROBLEM_BLOCKS_DROPPED, 0x40001100, 0x40001100, 1);
}

/* A base that repeats a block is recognised even if the report has no row for that block's first leaf. */
static void test_alias_of_a_dropped_leaf(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, 0x40000000, 0x400000ff, "VMwareVMware");
	recorded_base(&cpu, 0x40000100, 0x400001ff, "XenVMMXenVMM");
	recorded_base(&cpu, 0x40000200, 0x40000200, "bhyve bhyve ");
	recorded_base(&cpu, 0x40000300, 0x40000200, "bhyve bhyve ");
	recorded_discover(&cpu, &report);
	g_assert_null(report_leaf(&report, 0x40000200));
	g_assert_cmpuint(report.block_count, ==, 3);
	assert_problem(&report, report.problem_count - 1, PROBLEM_ALIAS, 0x40000300, 0x40000300, 1);
}

/* A base is not empty if one bit of one register is set. EBX[6] alone is the text "@", which is a signature. */
static void test_one_bit(void)
{
	for (uint32_t bit = 0; bit < 128; bit++) {
		uint32_t regs[4] = { 0 };
		struct recorded cpu;
		struct report report;

		regs[bit / 32] = UINT32_C(1) << bit % 32;
		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		recorded_set(&cpu, 0x4000ff00, regs[0], regs[1], regs[2], regs[3]);
		recorded_discover(&cpu, &report);
		assert_regs(&report.bases[255], regs[0], regs[1], regs[2], regs[3]);
		g_assert_cmpuint(report.block_count, ==, bit == 32 + 6);
		if (report.block_count > 0)
			continue;
		g_assert_cmpuint(report.problem_count, ==, 1);
		assert_problem(&report, 0, PROBLEM_NOT_A_SIGNATURE, 0x4000ff00, 0x4000ff00, 1);
		assert_regs(&report.problems[0].regs, regs[0], regs[1], regs[2], regs[3]);
	}
}

/* Problems of the same kind with the same registers are one row; another kind or other registers are another. */
static void test_problem_rows(void)
{
	struct report report = { 0 };
	const struct cpuid_regs regs = { 1, 2, 3, 4 };

	/* This row is behind the last one, and must be ignored. */
	report.problems[0] = (struct problem){ .kind = PROBLEM_ALIAS, .about_leaf = true, .regs = regs, .count = 9 };
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000100, &regs);
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000300, &regs);
	report_leaf_problem(&report, PROBLEM_MAX_LEAF, 0x40000400, &regs);
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000500, &(struct cpuid_regs){ 1, 2, 3, 5 });
	report_problem(&report, PROBLEM_NO_CONSOLE, 0);
	report_problem(&report, PROBLEM_NO_VARIABLES, 14);
	report_leaf_problem(&report, PROBLEM_NO_CONSOLE, 0x40000600, &(struct cpuid_regs){ 0 });
	g_assert_cmpuint(report.problem_count, ==, 6);
	assert_problem(&report, 0, PROBLEM_ALIAS, 0x40000100, 0x40000300, 2);
	assert_problem(&report, 1, PROBLEM_MAX_LEAF, 0x40000400, 0x40000400, 1);
	assert_problem(&report, 2, PROBLEM_ALIAS, 0x40000500, 0x40000500, 1);
	g_assert_cmpint(report.problems[3].kind, ==, PROBLEM_NO_CONSOLE);
	g_assert_cmpint(report.problems[4].kind, ==, PROBLEM_NO_VARIABLES);
	g_assert_cmpuint(report.problems[4].number, ==, 14);
	g_assert_false(report.problems[4].about_leaf);
	g_assert_null(report.problems[4].call);
	assert_problem(&report, 5, PROBLEM_NO_CONSOLE, 0x40000600, 0x40000600, 1);
	while (report.problem_count < PROBLEMS_MAX)
		report_problem(&report, PROBLEM_NO_CONSOLE, (uint32_t)report.problem_count);
	g_assert_cmpuint(report.problems_dropped, ==, 0);
	report_problem(&report, PROBLEM_NO_CONSOLE, 1);
	report_leaf_problem(&report, PROBLEM_ALIAS, 1, &(struct cpuid_regs){ 9, 9, 9, 9 });
	g_assert_cmpuint(report.problems_dropped, ==, 2);
	/* A row that exists is still updated. */
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000700, &regs);
	assert_problem(&report, 0, PROBLEM_ALIAS, 0x40000100, 0x40000700, 3);
	g_assert_cmpuint(report.problems_dropped, ==, 2);
}

/* A recorded subleaf other than 0 is not found as the leaf. */
static void test_subleaf_is_none(void)
{
	struct report report = { .leaf_count = 3 };

	report.leaves[3] = (struct leaf){ .leaf = 1 }; /* behind the last row: must be ignored */
	report.leaves[0] = (struct leaf){ .leaf = 0xd, .subleaf = 1, .regs = { 1, 1, 1, 1 } };
	report.leaves[1] = (struct leaf){ .leaf = 0xd, .subleaf = 0, .regs = { 2, 2, 2, 2 } };
	report.leaves[2] = (struct leaf){ .leaf = 0xe, .subleaf = 2, .regs = { 3, 3, 3, 3 } };
	g_assert_true(report_leaf(&report, 0xd) == &report.leaves[1]);
	g_assert_null(report_leaf(&report, 0xe));
	g_assert_null(report_leaf(&report, 1));
	report.leaves[0].subleaf = 0;
	g_assert_true(report_leaf(&report, 0xd) == &report.leaves[0]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/limits/kvm-finds-room", test_kvm_finds_room);
	g_test_add_func("/limits/last-leaf", test_last_leaf);
	g_test_add_func("/limits/last-leaf-of-others", test_last_leaf_of_others);
	g_test_add_func("/limits/last-block", test_last_block);
	g_test_add_func("/limits/full-and-alias", test_full_and_alias);
	g_test_add_func("/limits/alias-of-a-dropped-leaf", test_alias_of_a_dropped_leaf);
	g_test_add_func("/limits/one-bit", test_one_bit);
	g_test_add_func("/limits/problem-rows", test_problem_rows);
	g_test_add_func("/limits/subleaf-is-none", test_subleaf_is_none);
	return g_test_run();
}
