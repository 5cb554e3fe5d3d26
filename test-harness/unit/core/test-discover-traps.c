/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines that answer for leaves that do not exist: these answers must not become blocks. */
#include "unit/fake/recorded.h"

enum { BASICS = 4, BASES = 256 };

/* -cpu host,kvm=off on an Intel guest: every leaf 0x400xxxxx was measured to return leaf 0xd. */
static void test_masked_intel(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_discover(&cpu, &report);
	g_assert_true(report.hypervisor_bit);
	g_assert_cmpuint(report.block_count, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_TOP_LEAF_ECHO, 0x40000000, 0x4000ff00, 256);
	assert_regs(&report.problems[0].regs, 0x000002e7, 0x00000240, 0x00000a88, 0x00000000);
	assert_leaves(&report, &cpu);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES);
}

static void test_masked_amd(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_discover(&cpu, &report);
	g_assert_true(report.hypervisor_bit);
	g_assert_cmpuint(report.block_count, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, 0);
	assert_leaves(&report, &cpu);
}

static void test_kvm_on_intel(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 0x0100007b, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 1);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_TOP_LEAF_ECHO, 0x40000100, 0x4000ff00, 255);
	assert_leaves(&report, &cpu);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + 1);
}

/* TCG's block, whose base+1 is always zeros; from 0x40000002 on it repeats the highest basic leaf for any vendor. */
static void test_tcg(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_TOP, TRUE);
	recorded_base(&cpu, 0x40000000, 0x40000001, "TCGTCGTCGTCG");
	recorded_set(&cpu, 0x40000001, 0, 0, 0, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 1);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_TCG, 0x40000001, 0x40000001);
	assert_problem(&report, 0, PROBLEM_TOP_LEAF_ECHO, 0x40000100, 0x4000ff00, 255);
}

/* A highest basic leaf whose registers could be an unknown signature: EAX is 0, the others are letters. */
static void test_echo_that_spells(void)
{
	struct recorded cpu = { .missing = MISSING_TOP };
	struct report report;

	recorded_set(&cpu, 0, 0x16, 0x756e6547, 0x6c65746e, 0x49656e69);
	recorded_set(&cpu, 1, 0x000806f8, 0, 0x80000000, 0);
	recorded_base(&cpu, 0x16, 0, "AbcdEfghIjkl");
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_TOP_LEAF_ECHO, 0x40000000, 0x4000ff00, 256);
}

static void test_bhyve(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_ALIAS, TRUE);
	recorded_base(&cpu, 0x40000000, 0x40000000, "bhyve bhyve ");
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 1);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_BHYVE, 0x40000000, 0x40000000);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_ALIAS, 0x40000100, 0x4000ff00, 255);
	g_assert_cmphex(report.problems[0].regs.eax, ==, 0x40000000);
	assert_leaves(&report, &cpu);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES);
}

/* Newer versions of bhyve have a feature leaf, and repeat that one. */
static void test_newer_bhyve(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_ALIAS, TRUE);
	cpu.alias = 0x40000001;
	recorded_base(&cpu, 0x40000000, 0x40000001, "bhyve bhyve ");
	recorded_set(&cpu, 0x40000001, 1, 0, 0, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_NOT_A_SIGNATURE, 0x40000100, 0x4000ff00, 255);
	assert_regs(&report.problems[0].regs, 1, 0, 0, 0);
}

/* The same signature at two bases makes two blocks if each has a maximum leaf inside its own block. */
static void test_no_alias(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 1, 0);
	recorded_kvm(&cpu, 0x40000100, 0x40000101, 2, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 2);
	g_assert_cmpuint(report.problem_count, ==, 0);
	assert_leaves(&report, &cpu);
	/* The same registers at two bases whose maximum leaf is in the upper block: that one is not a repetition. */
	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000101, 1, 0);
	recorded_kvm(&cpu, 0x40000100, 0x40000101, 2, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 2);
	assert_block(&report, 1, 0x40000100, HYPERVISOR_KVM, 0x40000101, 0x40000101);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_MAX_LEAF, 0x40000000, 0x40000000, 1);
}

static void test_ones(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ONES, TRUE);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_NOT_A_SIGNATURE, 0x40000000, 0x4000ff00, 256);
	assert_regs(&report.problems[0].regs, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES);
	/* The same where already leaf 0 answers so. */
	cpu = (struct recorded){ .missing = MISSING_ONES };
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 0);
	assert_problem(&report, 0, PROBLEM_BASIC_MAX_LEAF, 0, 0, 1);
	g_assert_cmpuint(report.problem_count, ==, 2);
	g_assert_cmpuint(report.problems[1].count, ==, 256);
	g_assert_cmpuint(cpu.asked_count, ==, 2 + BASES);
}

static void test_basic_maximum(void)
{
	struct recorded cpu = { .missing = MISSING_ZEROS };
	struct report report;

	recorded_set(&cpu, 0, 0x40000000, 0x756e6547, 0x6c65746e, 0x49656e69);
	recorded_set(&cpu, 1, 0x000806f8, 0, 0x80000000, 0);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 1, 0);
	recorded_discover(&cpu, &report);
	g_assert_true(report.hypervisor_bit);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM, 0x40000001, 0x40000001);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_BASIC_MAX_LEAF, 0, 0, 1);
	assert_regs(&report.problems[0].regs, 0x40000000, 0x756e6547, 0x6c65746e, 0x49656e69);
	g_assert_cmpuint(cpu.asked_count, ==, 2 + BASES + 1);
}

/* An answer that differs from the highest basic leaf in a single register does not repeat it. */
static void test_echo_is_all_four(void)
{
	for (int reg = 0; reg < 4; reg++) {
		struct recorded cpu;
		struct report report;
		uint32_t regs[4] = { 0x000002e7, 0x00000240, 0x00000a88, 0x00000000 };

		regs[reg] ^= 1;
		recorded_init(&cpu, INTEL, MISSING_ZEROS, TRUE);
		recorded_set(&cpu, 0x40000000, regs[0], regs[1], regs[2], regs[3]);
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(report.block_count, ==, 0);
		assert_problem(&report, 0, PROBLEM_NOT_A_SIGNATURE, 0x40000000, 0x40000000, 1);
		assert_regs(&report.problems[0].regs, regs[0], regs[1], regs[2], regs[3]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/discover/masked-intel", test_masked_intel);
	g_test_add_func("/discover/masked-amd", test_masked_amd);
	g_test_add_func("/discover/kvm-on-intel", test_kvm_on_intel);
	g_test_add_func("/discover/tcg", test_tcg);
	g_test_add_func("/discover/echo-that-spells", test_echo_that_spells);
	g_test_add_func("/discover/echo-is-all-four", test_echo_is_all_four);
	g_test_add_func("/discover/bhyve", test_bhyve);
	g_test_add_func("/discover/newer-bhyve", test_newer_bhyve);
	g_test_add_func("/discover/no-alias", test_no_alias);
	g_test_add_func("/discover/ones", test_ones);
	g_test_add_func("/discover/basic-maximum", test_basic_maximum);
	return g_test_run();
}
