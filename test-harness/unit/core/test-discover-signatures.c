/* SPDX-License-Identifier: BSD-2-Clause */
/* Which 12 bytes make a block, whose block it is, and what happens with more blocks than the report holds. */
#include "unit/fake/recorded.h"

static void one_base(struct report *report, uint32_t eax, const char *signature, uint32_t second_eax)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, 0x40000000, eax, signature);
	recorded_set(&cpu, 0x40000001, second_eax, 0, 0, 0);
	recorded_discover(&cpu, report);
	g_assert_cmpuint(report->block_count + report->problem_count, >=, 1);
}

static void test_unknown_believed(void)
{
	static const struct {
		const char signature[13];
		uint32_t eax;
	} rows[] = {
		{ "NewHypervisr", 0x40000001 },
		{ "NewHypervisr", 0 },
		{ "NewHypervisr", 0x400000ff },
		{ "Foo\0\0\0\0\0\0\0\0\0", 0x40000000 },
		{ "Foo         ", 0x40000004 },
		{ "F\0\0\0\0\0\0\0\0\0\0\0", 0x40000001 },
		{ "~!\"#$%&'()*+", 0x40000001 },
		{ "Microsoft VS", 0x40000001 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report report;

		one_base(&report, rows[i].eax, rows[i].signature, 0);
		g_assert_cmpuint(report.problem_count, ==, 0);
		g_assert_cmpuint(report.block_count, ==, 1);
		assert_block(&report, 0, 0x40000000, HYPERVISOR_UNKNOWN, rows[i].eax,
			rows[i].eax == 0 ? 0x40000001 : rows[i].eax);
		g_assert_cmpmem(report.blocks[0].signature, 12, rows[i].signature, 12);
	}
}

static void test_unknown_not_believed(void)
{
	static const struct {
		const char signature[13];
		uint32_t eax;
	} rows[] = {
		{ "NewHypervisr", 0x40000100 },
		{ "NewHypervisr", 0x3fffffff },
		{ "NewHypervisr", 7 },
		{ "NewHypervis\x01", 0x40000001 },
		{ "NewHypervis\x7f", 0x40000001 },
		{ "NewHypervis\x80", 0x40000001 },
		{ "\xffNewHypervis", 0x40000001 },
		{ "New\0Hypervis", 0x40000001 },
		{ "\0NewHypervis", 0x40000001 },
		{ "NewHyperv\r\n ", 0x40000001 },
		{ "            ", 0x40000001 },
		{ " \0\0\0\0\0\0\0\0\0\0\0", 0x40000001 },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0", 0x40000001 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report report;

		one_base(&report, rows[i].eax, rows[i].signature, 0);
		g_assert_cmpuint(report.block_count, ==, 0);
		g_assert_cmpuint(report.problem_count, ==, 1);
		assert_problem(&report, 0, PROBLEM_NOT_A_SIGNATURE, 0x40000000, 0x40000000, 1);
		assert_regs(&report.problems[0].regs, rows[i].eax, recorded_word(rows[i].signature),
			recorded_word(rows[i].signature + 4), recorded_word(rows[i].signature + 8));
		g_assert_null(report_leaf(&report, 0x40000001));
	}
}

/* All 12 bytes are compared, including the three NULs of KVM's signature. */
static void test_not_quite_kvm(void)
{
	struct report report;

	one_base(&report, 0x40000001, "KVMKVMKVM   ", 0x01007afb);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_UNKNOWN, 0x40000001, 0x40000001);
	one_base(&report, 0x40000001, "KVMKVMKVMKVM", 0x01007afb);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_UNKNOWN, 0x40000001, 0x40000001);
	one_base(&report, 0x40000001, "kvmkvmkvm\0\0\0", 0x01007afb);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_UNKNOWN, 0x40000001, 0x40000001);
	one_base(&report, 0x40000001, "KVMKVMKVM\0\0\1", 0x01007afb);
	g_assert_cmpuint(report.block_count, ==, 0);
	one_base(&report, 0x40000001, "Linux KVM Hv", 0x31237648);
	assert_block(&report, 0, 0x40000000, HYPERVISOR_KVM_HYPERV, 0x40000001, 0x40000001);
	g_assert_true(report.blocks[0].hyperv_interface);
}

/* "Hv#1" in base+1 means Hyper-V's interface whatever the signature, except in KVM's block, where it is features. */
static void test_hyperv_interface(void)
{
	static const struct {
		const char signature[13];
		uint32_t eax;
		gboolean interface;
		const char *title;
	} rows[] = {
		{ "Microsoft Hv", 0x31237648, TRUE, "Hyper-V interface" },
		{ "Microsoft Hv", 0x31237649, FALSE, "Hyper-V" },
		{ "SomeVendorId", 0x31237648, TRUE, "Hyper-V interface" },
		{ "SomeVendorId", 0x31235356, FALSE, "unknown hypervisor" },
		{ "Linux KVM Hv", 0x31237648, TRUE, "KVM, Hyper-V identity" },
		{ "VBoxVBoxVBox", 0x31237648, TRUE, "VirtualBox" },
		{ "KVMKVMKVM\0\0\0", 0x31237648, FALSE, "KVM" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report report;

		one_base(&report, 0x40000001, rows[i].signature, rows[i].eax);
		g_assert_cmpuint(report.block_count, ==, 1);
		g_assert_cmpint(report.blocks[0].hyperv_interface, ==, rows[i].interface);
		g_assert_cmpstr(hypervisor_title(&report.blocks[0]), ==, rows[i].title);
	}
}

/* Signatures from Linux, systemd's virt.c, virt-what and NetBSD's identcpu.c, with a part of the expected title. */
static const struct {
	const char signature[13];
	const char *title;
} known[] = {
	{ "KVMKVMKVM\0\0\0", "KVM" },
	{ "Linux KVM Hv", "Hyper-V" },
	{ "TCGTCGTCGTCG", "TCG" },
	{ "Microsoft Hv", "Hyper-V" },
	{ "VMwareVMware", "VMware" },
	{ "XenVMMXenVMM", "Xen" },
	{ "bhyve bhyve ", "bhyve" },
	{ "BHyVE BHyVE ", "bhyve" },
	{ "ACRNACRNACRN", "ACRN" },
	{ "Jailhouse\0\0\0", "Jailhouse" },
	{ "QNXQVMBSQG\0\0", "QNX" },
	{ " QNXQVMBSQG ", "QNX" },
	{ "SRESRESRESRE", "LMHS" },
	{ "Apple VZ\0\0\0\0", "Apple" },
	{ "OpenBSDVMM58", "OpenBSD" },
	{ "LKVMLKVMLKVM", "kvmtool" },
	{ "___ NVMM ___", "NVMM" },
	{ "HAXMHAXMHAXM", "HAXM" },
	{ "VBoxVBoxVBox", "VirtualBox" },
	{ "EVMMEVMMEVMM", "KGT" },
	{ "UnisysSpar64", "s-Par" },
	{ " lrpepyh  vr", "Parallels" },
	{ " prl hyperv ", "Parallels" },
	{ "prl hyperv  ", "Parallels" },
	{ "FEXIFEXIEMU\0", "FEX" },
	{ "Napocahv    ", "Napoca" },
};

static void test_known_signatures(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		struct report report;

		/* A known signature makes a block even if its maximum leaf is wrong. */
		one_base(&report, 0x00000099, known[i].signature, 0);
		g_assert_cmpuint(report.block_count, ==, 1);
		g_assert_cmpint(report.blocks[0].hypervisor, !=, HYPERVISOR_UNKNOWN);
		g_assert_nonnull(strstr(hypervisor_title(&report.blocks[0]), known[i].title));
		g_assert_cmphex(report.blocks[0].max_leaf_used, ==, 0x40000001);
	}
}

static void test_too_many_blocks(void)
{
	/* The report holds 16 blocks and one more, which is kept for KVM's. */
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	for (uint32_t i = 0; i < 16 + 4; i++)
		recorded_base(&cpu, 0x40000000 + i * 0x100, 0x40000000 + i * 0x100, "VMwareVMware");
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 16);
	g_assert_cmpuint(report.problem_count, ==, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_problem(&report, i, PROBLEM_BLOCKS_DROPPED, 0x40001000 + i * 0x100, 0x40001000 + i * 0x100, 1);
	for (uint32_t i = 0; i < 16; i++)
		g_assert_cmphex(report.blocks[i].base, ==, 0x40000000 + i * 0x100);
	g_assert_cmpuint(cpu.asked_count, ==, 4 + 256);
}

static void test_too_many_leaves(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, 0x40000000, 0x400000ff, "VMwareVMware");
	recorded_base(&cpu, 0x40000100, 0x400001ff, "XenVMMXenVMM");
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 2);
	/* 3 and 2 * 256 leaves, of which 480 have a row: the other 32 rows are kept for a KVM block. */
	g_assert_cmpuint(report.leaf_count, ==, 480);
	g_assert_cmphex(report.leaves[479].leaf, ==, 0x400001dc);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_LEAVES_DROPPED, 0x400001dd, 0x400001ff, 35);
}

static void test_too_many_problems(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	for (uint32_t i = 0; i < PROBLEMS_MAX + 8; i++)
		recorded_set(&cpu, 0x40000000 + i * 0x100, 1 + i, 1, 1, 1);
	recorded_discover(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, 0);
	g_assert_cmpuint(report.problem_count, ==, PROBLEMS_MAX);
	g_assert_cmpuint(report.problems_dropped, ==, 8);
	for (uint32_t i = 0; i < PROBLEMS_MAX; i++)
		assert_problem(&report, i, PROBLEM_NOT_A_SIGNATURE, 0x40000000 + i * 0x100, 0x40000000 + i * 0x100, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/signatures/unknown-believed", test_unknown_believed);
	g_test_add_func("/signatures/unknown-not-believed", test_unknown_not_believed);
	g_test_add_func("/signatures/not-quite-kvm", test_not_quite_kvm);
	g_test_add_func("/signatures/hyperv-interface", test_hyperv_interface);
	g_test_add_func("/signatures/known", test_known_signatures);
	g_test_add_func("/signatures/too-many-blocks", test_too_many_blocks);
	g_test_add_func("/signatures/too-many-leaves", test_too_many_leaves);
	g_test_add_func("/signatures/too-many-problems", test_too_many_problems);
	return g_test_run();
}
