/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw registers that differ between two reports and that no other line of diff covers. Fields that differ from CPU to
 * CPU: Intel SDM volume 2A, CPUID; Xen's public/arch-x86/cpuid.h.
 */
#include <glib.h>

#include "unit/fake/differ.h"

#define ROW(leaf, subleaf, eax, ebx, ecx, edx)                                                                         \
	"['0x" leaf "', '0x" subleaf "', '0x" eax "', '0x" ebx "', '0x" ecx "', '0x" edx "']"
#define ZEROS(leaf) ROW(leaf, "00000000", "00000000", "00000000", "00000000", "00000000")
#define ONES(leaf) ROW(leaf, "00000000", "ffffffff", "ffffffff", "ffffffff", "ffffffff")
#define BLOCK(base, signature) "{'base': '0x" base "', 'signature': '" signature "'}"
/* clang-format off */
#define ALL " 0x00000000 -> 0xffffffff, bits +0 +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12 +13 +14 +15 " \
	    "+16 +17 +18 +19 +20 +21 +22 +23 +24 +25 +26 +27 +28 +29 +30 +31\n"
/* clang-format on */
#define REGISTER(leaf, name) "leaf 0x" leaf " " name ":" ALL

/* Compares two reports that have the same blocks and one leaf, whose registers are all zeros in one and all ones in the
 * other, and asserts the lines. */
static void assert_told(const char *blocks, const char *zeros, const char *ones, const char *expected)
{
	g_autofree char *a = g_strdup_printf("{'blocks': [%s], 'leaves': [%s]}", blocks, zeros);
	g_autofree char *b = g_strdup_printf("{'blocks': [%s], 'leaves': [%s]}", blocks, ones);

	assert_differ(a, b, expected);
}
#define ASSERT_TOLD(blocks, leaf, expected) assert_told(blocks, ZEROS(leaf), ONES(leaf), expected)

static void test_bits(void)
{
	assert_differ("{'leaves': [" ROW("00000007", "00000000", "00000001", "80000000", "0000000c", "00000000") "]}",
		"{'leaves': [" ROW("00000007", "00000000", "00000002", "00000000", "00000005", "00000000") "]}",
		"leaf 0x00000007 eax: 0x00000001 -> 0x00000002, bits -0 +1\n"
		"leaf 0x00000007 ebx: 0x80000000 -> 0x00000000, bits -31\n"
		"leaf 0x00000007 ecx: 0x0000000c -> 0x00000005, bits +0 -3\n");
	ASSERT_TOLD("", "00000002",
		REGISTER("00000002", "eax") REGISTER("00000002", "ebx") REGISTER("00000002", "ecx")
			REGISTER("00000002", "edx"));
}

/* Leaf and subleaf together identify a row; rows that only one of the reports has are not compared. */
static void test_rows(void)
{
	assert_differ(
		"{'leaves': [['0x4', '0x0', '0x1', '0x0', '0x0', '0x0'], ['0x4', '0x1', '0x2', '0x0', '0x0', '0x0'],"
		"['0x6', '0x0', '0x1', '0x1', '0x1', '0x1']]}",
		"{'leaves': [['0x5', '0x0', '0x1', '0x1', '0x1', '0x1'], ['0x4', '0x1', '0x3', '0x0', '0x0', '0x0'],"
		"['0x4', '0x0', '0x1', '0x0', '0x0', '0x0']]}",
		"leaf 0x00000004 subleaf 1 eax: 0x00000002 -> 0x00000003, bits +0\n");
	assert_differ("{'leaves': [['0x4', '0x0', '0x1', '0x0', '0x0', '0x0']]}",
		"{'leaves': [['0x4', '0x1', '0x2', '0x0', '0x0', '0x0']]}", "");
	assert_differ("{'leaves': [" ONES("00000004") "]}", "{}", "");
	/* A later version may add values after the four registers, which are not compared. */
	assert_differ("{'leaves': [['0x6', '0x0', '0x1', '0x1', '0x1', '0x1', '0x1']]}",
		"{'leaves': [['0x6', '0x0', '0x1', '0x1', '0x1', '0x1', '0x2']]}", "");
	assert_differ("{}", "{'leaves': [" ONES("00000004") "]}", "");
}

/* Vendor (leaf 0), signature and hypervisor bit (leaf 1) have lines of their own and are not repeated as registers. */
static void test_basic_leaves(void)
{
	ASSERT_TOLD("", "00000000", REGISTER("00000000", "eax"));
	ASSERT_TOLD("", "00000001",
		/* OSXSAVE, bit 27, follows CR4. */
		"leaf 0x00000001 ecx: 0x00000000 -> 0xffffffff, bits +0 +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +11 +12 +13 +14 "
		"+15 +16 +17 +18 +19 +20 +21 +22 +23 +24 +25 +26 +28 +29 +30\n"
		/* APIC, bit 9, follows IA32_APIC_BASE. */
		"leaf 0x00000001 edx: 0x00000000 -> 0xffffffff, bits +0 +1 +2 +3 +4 +5 +6 +7 +8 +10 +11 +12 +13 +14 "
		"+15 +16 +17 +18 +19 +20 +21 +22 +23 +24 +25 +26 +27 +28 +29 +30 +31\n");
	assert_differ("{'leaves': [" ROW("00000001", "00000000", "00000000", "00010800", "88000000", "00000000") "]}",
		"{'leaves': [" ROW("00000001", "00000000", "00000000", "07010800", "00000000", "00000000") "]}", "");
	/* The x2APIC id, and counters of one core. */
	ASSERT_TOLD("", "0000000b", REGISTER("0000000b", "ecx"));
}

static void test_kvm(void)
{
	static const char kvm[] = BLOCK("40000000", "KVMKVMKVM");
	static const char second[] = BLOCK("40000000", "KVMKVMKVM") "," BLOCK("40000100", "KVMKVMKVM");
	static const char behind[] = BLOCK("40000000", "Microsoft Hv") "," BLOCK("40000100", "KVMKVMKVM");

	ASSERT_TOLD(kvm, "40000000", "");
	ASSERT_TOLD(kvm, "40000001", REGISTER("40000001", "ebx") REGISTER("40000001", "ecx"));
	ASSERT_TOLD(kvm, "40000010", REGISTER("40000010", "ecx") REGISTER("40000010", "edx"));
	ASSERT_TOLD(behind, "40000101", REGISTER("40000101", "ebx") REGISTER("40000101", "ecx"));
	ASSERT_TOLD(behind, "40000110", REGISTER("40000110", "ecx") REGISTER("40000110", "edx"));
	/* The features of a second KVM block are covered by no other line. */
	ASSERT_TOLD(second, "40000100", "");
	ASSERT_TOLD(second, "40000001", REGISTER("40000001", "ebx") REGISTER("40000001", "ecx"));
	ASSERT_TOLD(second, "40000101",
		REGISTER("40000101", "eax") REGISTER("40000101", "ebx") REGISTER("40000101", "ecx")
			REGISTER("40000101", "edx"));
	ASSERT_TOLD(second, "40000110",
		REGISTER("40000110", "eax") REGISTER("40000110", "ebx") REGISTER("40000110", "ecx")
			REGISTER("40000110", "edx"));
}

static void test_other_hypervisors(void)
{
	static const char all[] = REGISTER("40000001", "eax") REGISTER("40000001", "ebx") REGISTER("40000001", "ecx")
		REGISTER("40000001", "edx");

	ASSERT_TOLD(BLOCK("40000000", "Microsoft Hv"), "40000000", "");
	ASSERT_TOLD(BLOCK("40000000", "Microsoft Hv"), "40000001", all);
	ASSERT_TOLD("", "40000001", all);
	/* The vCPU id, which only Xen's leaf has. */
	ASSERT_TOLD(BLOCK("40000000", "XenVMMXenVMM"), "40000004",
		REGISTER("40000004", "eax") REGISTER("40000004", "ecx") REGISTER("40000004", "edx"));
	ASSERT_TOLD(BLOCK("40000000", "TCGTCGTCGTCG"), "40000004",
		REGISTER("40000004", "eax") REGISTER("40000004", "ebx") REGISTER("40000004", "ecx")
			REGISTER("40000004", "edx"));
}

/* Leaves of a block that only one report has are covered by the line about the block. */
static void test_block_of_one(void)
{
	static const char kvm[] = "{'blocks': [{'base': '0x40000000', 'signature': 'KVMKVMKVM', 'hypervisor': 'KVM'}],"
				  "'leaves': [" ZEROS("40000001") "]}";
	static const char none[] = "{'blocks': [], 'leaves': [" ONES("40000001") "]}";

	assert_differ(
		kvm, none, "block 0x40000000: KVM -> absent\n" REGISTER("40000001", "ebx") REGISTER("40000001", "ecx"));
	assert_differ("{'blocks': [], 'leaves': [" ZEROS("40000001") "]}",
		"{'blocks': [{'base': '0x40000000', 'signature': 'KVMKVMKVM', 'hypervisor': 'KVM'}],"
		"'leaves': [" ONES("40000001") "]}",
		"block 0x40000000: absent -> KVM\n" REGISTER("40000001", "ebx") REGISTER("40000001", "ecx"));
}

/* A report's file may have been written by anyone: more blocks than kvmleaf ever reports, and signatures of any length.
 */
static void test_odd_blocks(void)
{
	g_autoptr(GString) blocks = g_string_new(BLOCK("40000000", "KVMKVMKVMKVMKVM") ",{'base': '0x40000100'}");

	for (int i = 2; i < 40; i++)
		g_string_append_printf(blocks, "," BLOCK("4000%02x00", "bhyve bhyve "), (unsigned)i);
	/* Only the first 17 blocks with a signature are looked at: no report has more. */
	ASSERT_TOLD(blocks->str, "40001100", "");
	ASSERT_TOLD(blocks->str, "40001200",
		REGISTER("40001200", "eax") REGISTER("40001200", "ebx") REGISTER("40001200", "ecx")
			REGISTER("40001200", "edx"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/diff-leaves/bits", test_bits);
	g_test_add_func("/diff-leaves/rows", test_rows);
	g_test_add_func("/diff-leaves/basic-leaves", test_basic_leaves);
	g_test_add_func("/diff-leaves/kvm", test_kvm);
	g_test_add_func("/diff-leaves/other-hypervisors", test_other_hypervisors);
	g_test_add_func("/diff-leaves/block-of-one", test_block_of_one);
	g_test_add_func("/diff-leaves/odd-blocks", test_odd_blocks);
	return g_test_run();
}
