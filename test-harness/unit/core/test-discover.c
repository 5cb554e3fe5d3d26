/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machines with regular blocks. Sources of the registers: Linux Documentation/virt/kvm/x86/cpuid.rst, QEMU
 * target/i386/kvm/kvm.c and docs/system/i386/hyperv.rst; the maxima of each layout are QEMU's.
 */
#include "unit/fake/recorded.h"

enum {
	BASICS = 4, /* leaf 0, leaf 1, the highest basic leaf with subleaves 0 and 1 */
	BASES = 256,
	FEATURES = 0x01007afb, /* -cpu host, QEMU 7.2 */
};

static void test_plain_kvm(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, FEATURES, 1);
	recorded_discover(&cpu, &report);
	g_assert_true(report.hypervisor_bit);
	g_assert_cmpmem(report.cpu_vendor, 12, "AuthenticAMD", 12);
	g_assert_cmphex(report.cpu_signature, ==, 0x00800f12);
	g_assert_cmpuint(report.block_count, ==, 1);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM, 0x40000001, 0x40000001);
	g_assert_cmpmem(report.blocks[0].signature, 12, "KVMKVMKVM\0\0\0", 12);
	g_assert_false(report.blocks[0].hyperv_interface);
	g_assert_cmpuint(report.problem_count, ==, 0);
	assert_leaves(&report, &cpu);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + 1);
}

static void test_basic_leaves(void)
{
	/*
	 * The highest basic leaf may be 0 or 1, which are read anyway; from 0xd on subleaf 1 of that is read, above
	 * 0x15 and 0x16 the TSC's leaves, above 0x21 TDX's. A leaf that was not set is not in this recording.
	 */
	static const struct {
		uint32_t max;
		size_t recorded, asked;
		gboolean bit;
	} rows[] = { { 0, 1, 1, FALSE }, { 1, 2, 2, TRUE }, { 2, 2, 3, TRUE }, { 0x20, 2, 6, TRUE },
		{ 0x3fffffff, 2, 7, TRUE } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu = { .missing = MISSING_ZEROS };
		struct report report;

		recorded_set(&cpu, 0, rows[i].max, 0x756e6547, 0x6c65746e, 0x49656e69);
		recorded_set(&cpu, 1, 0x000806f8, 0, 0x80000000, 0);
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(cpu.asked_count, ==, rows[i].asked + BASES);
		g_assert_cmpuint(recorded_times(&cpu, rows[i].max), ==, 1);
		g_assert_cmpint(report.hypervisor_bit, ==, rows[i].bit);
		g_assert_cmphex(report.cpu_signature, ==, rows[i].max > 0 ? 0x000806f8 : 0);
		g_assert_cmpmem(report.cpu_vendor, 12, "GenuineIntel", 12);
		g_assert_cmpuint(report.leaf_count, ==, rows[i].recorded);
		g_assert_cmpuint(report.problem_count, ==, 0);
	}
}

static void test_every_base_is_asked(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_discover(&cpu, &report);
	for (uint32_t base = 0x40000000; base < 0x40010000; base += 0x100)
		g_assert_cmpuint(recorded_times(&cpu, base), ==, 1);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES);
	g_assert_cmpuint(report.block_count, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, 0);
}

/* QEMU's -cpu host,-hypervisor clears the bit and leaves the block. */
static void test_hypervisor_bit_clear(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, FALSE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, FEATURES, 0);
	recorded_discover(&cpu, &report);
	g_assert_false(report.hypervisor_bit);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM, 0x40000001, 0x40000001);
}

static void test_old_host(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0, 0x00000009, 0);
	recorded_discover(&cpu, &report);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM, 0, 0x40000001);
	g_assert_cmpuint(report.problem_count, ==, 0);
	assert_leaves(&report, &cpu);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + 1);
}

static void test_timing_leaf(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000010, FEATURES, 0);
	recorded_set(&cpu, 0x40000010, 0x001e8480, 0x000f4240, 0, 0);
	recorded_discover(&cpu, &report);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM, 0x40000010, 0x40000010);
	assert_regs(&report_leaf(&report, 0x40000010)->regs, 0x001e8480, 0x000f4240, 0, 0);
	for (uint32_t leaf = 0x40000002; leaf < 0x40000010; leaf++)
		assert_regs(&report_leaf(&report, leaf)->regs, 0, 0, 0, 0);
	g_assert_null(report_leaf(&report, 0x40000011));
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + 0x10);
}

/* A maximum leaf may be anywhere in its block, from the base to base+0xff; beyond that it is not believed. */
static void test_maximum_inside(void)
{
	static const uint32_t maxima[] = { 0x40000000, 0x40000001, 0x400000fe, 0x400000ff };

	for (size_t i = 0; i < G_N_ELEMENTS(maxima); i++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		recorded_base(&cpu, 0x40000000, maxima[i], "VMwareVMware");
		recorded_discover(&cpu, &report);
		assert_block(&report, 0, 0x40000000, HYPERVISOR_VMWARE, maxima[i], maxima[i]);
		g_assert_cmpuint(report.problem_count, ==, 0);
		g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + (maxima[i] & 0xff));
	}
}

static void test_maximum_outside(void)
{
	static const uint32_t maxima[] = { 1, 0x3fffffff, 0x40000100, 0x40000101, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < G_N_ELEMENTS(maxima); i++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		recorded_kvm(&cpu, 0x40000000, maxima[i], FEATURES, 0);
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(report.block_count, ==, 1);
		assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM, maxima[i], 0x40000001);
		g_assert_cmpuint(report.problem_count, ==, 1);
		assert_problem(&report, 0, PROBLEM_MAX_LEAF, 0x40000000, 0x40000000, 1);
		assert_regs(&report.problems[0].regs, maxima[i], 0x4b4d564b, 0x564b4d56, 0x4d);
		g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + 1);
	}
}

static void test_kvm_behind_hyperv(void)
{
	static const uint32_t maxima[] = { 0x40000005, 0x4000000a, 0x40000082 };

	for (size_t i = 0; i < G_N_ELEMENTS(maxima); i++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
		recorded_base(&cpu, 0x40000000, maxima[i], "Microsoft Hv");
		recorded_set(&cpu, 0x40000001, 0x31237648, 0, 0, 0);
		recorded_kvm(&cpu, 0x40000100, 0x40000101, FEATURES, 0);
		recorded_discover(&cpu, &report);
		g_assert_cmpuint(report.block_count, ==, 2);
		assert_block(&report, 0, 0x40000000, HYPERVISOR_HYPERV, maxima[i], maxima[i]);
		assert_block(&report, 1, 0x40000100, HYPERVISOR_KVM, 0x40000101, 0x40000101);
		g_assert_true(report.blocks[0].hyperv_interface);
		g_assert_false(report.blocks[1].hyperv_interface);
		assert_regs(&report_leaf(&report, 0x40000101)->regs, FEATURES, 0, 0, 0);
		g_assert_cmpuint(report.problem_count, ==, 1);
		assert_problem(&report, 0, PROBLEM_TOP_LEAF_ECHO, 0x40000200, 0x4000ff00, 254);
		g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + (maxima[i] & 0xff) + 1);
	}
}

/* The blocks of Xen with viridian enabled, and KVM's as a third. */
static void test_three_blocks(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, 0x40000000, 0x40000005, "Microsoft Hv");
	recorded_set(&cpu, 0x40000001, 0x31237648, 0, 0, 0);
	recorded_set(&cpu, 0x40000100, 0x40000104, 0x566e6558, 0x65584d4d, 0x4d4d566e);
	recorded_set(&cpu, 0x40000101, 0x00040011, 0, 0, 0);
	recorded_kvm(&cpu, 0x40000200, 0x40000201, FEATURES, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 3);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_HYPERV, 0x40000005, 0x40000005);
	assert_block(&report, 1, 0x40000100, HYPERVISOR_XEN, 0x40000104, 0x40000104);
	assert_block(&report, 2, 0x40000200, HYPERVISOR_KVM, 0x40000201, 0x40000201);
	g_assert_false(report.blocks[1].hyperv_interface);
	g_assert_cmphex(report_leaf(&report, 0x40000101)->regs.eax, ==, 0x00040011);
	g_assert_cmpuint(cpu.asked_count, ==, BASICS + BASES + 5 + 4 + 1);
}

static void test_last_slot(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x4000ff00, 0x4000ff01, FEATURES, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 1);
	assert_block(&report, 0, 0x4000ff00, HYPERVISOR_KVM, 0x4000ff01, 0x4000ff01);
	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x4000ff00, 0x40010000, FEATURES, 0);
	recorded_discover(&cpu, &report);
	assert_block(&report, 0, 0x4000ff00, HYPERVISOR_KVM, 0x40010000, 0x4000ff01);
	assert_problem(&report, 0, PROBLEM_MAX_LEAF, 0x4000ff00, 0x4000ff00, 1);
	/* This base is behind the last that Linux looks at. */
	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40010000, 0x40010001, FEATURES, 0);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/discover/plain-kvm", test_plain_kvm);
	g_test_add_func("/discover/basic-leaves", test_basic_leaves);
	g_test_add_func("/discover/every-base-is-asked", test_every_base_is_asked);
	g_test_add_func("/discover/hypervisor-bit-clear", test_hypervisor_bit_clear);
	g_test_add_func("/discover/old-host", test_old_host);
	g_test_add_func("/discover/timing-leaf", test_timing_leaf);
	g_test_add_func("/discover/maximum-inside", test_maximum_inside);
	g_test_add_func("/discover/maximum-outside", test_maximum_outside);
	g_test_add_func("/discover/kvm-behind-hyperv", test_kvm_behind_hyperv);
	g_test_add_func("/discover/three-blocks", test_three_blocks);
	g_test_add_func("/discover/last-slot", test_last_slot);
	return g_test_run();
}
