/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The facts in blocks of other hypervisors than KVM, bit by bit. Sources: Microsoft's Hypervisor TLFS 2.4: leaf
 * 0x40000002 EAX build, EBX major and minor version; 0x40000003 EAX and EBX the partition's privileges; 0x40000004 EAX
 * recommendations, EBX attempts at a spinlock; 0x4000000a EAX nested features; 0x4000000c EAX[0] paravisor, EBX[3:0]
 * isolation type, EBX[11:6] shared GPA boundary bits. Linux asm/hyperv-tlfs.h: 0x40000082 EAX[1] kernel debugging. Xen
 * public/arch-x86/cpuid.h: base+1 EAX major and minor version, base+4 EAX[0], [1], [5]. Linux
 * arch/x86/kernel/cpu/{vmware,acrn,bhyve}.c: base+0x10 EAX TSC kHz, EBX bus kHz; base+1 EAX[0].
 */
#include "core/leaves/block_facts.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "unit/fake/recorded.h"

enum { BASE = 0x40000000, HV1 = 0x31237648, EAX = 0, EBX, ECX, EDX };

static const struct fact {
	const char *signature;
	uint32_t leaf; /* offset from the block's base */
	int reg;
	int bit, bits; /* the lowest bit, and how many bits: 1 for a flag */
	const char *key;
} facts[] = {
	{ "Microsoft Hv", 2, EBX, 16, 16, "version_major" },
	{ "Microsoft Hv", 2, EBX, 0, 16, "version_minor" },
	{ "Microsoft Hv", 2, EAX, 0, 32, "build" },
	{ "Microsoft Hv", 3, EAX, 0, 1, "runtime" },
	{ "Microsoft Hv", 3, EAX, 1, 1, "time" },
	{ "Microsoft Hv", 3, EAX, 2, 1, "synic" },
	{ "Microsoft Hv", 3, EAX, 3, 1, "stimer" },
	{ "Microsoft Hv", 3, EAX, 4, 1, "vapic" },
	{ "Microsoft Hv", 3, EAX, 5, 1, "hypercall" },
	{ "Microsoft Hv", 3, EAX, 6, 1, "vpindex" },
	{ "Microsoft Hv", 3, EAX, 7, 1, "reset" },
	{ "Microsoft Hv", 3, EAX, 9, 1, "reference_tsc" },
	{ "Microsoft Hv", 3, EAX, 11, 1, "frequencies" },
	{ "Microsoft Hv", 3, EAX, 13, 1, "reenlightenment" },
	{ "Microsoft Hv", 3, EBX, 22, 1, "isolation" },
	{ "Microsoft Hv", 4, EAX, 0, 1, "switch_by_hypercall" },
	{ "Microsoft Hv", 4, EAX, 1, 1, "local_tlbflush" },
	{ "Microsoft Hv", 4, EAX, 2, 1, "tlbflush" },
	{ "Microsoft Hv", 4, EAX, 3, 1, "apic_by_msr" },
	{ "Microsoft Hv", 4, EAX, 4, 1, "reset_by_msr" },
	{ "Microsoft Hv", 4, EAX, 5, 1, "relaxed" },
	{ "Microsoft Hv", 4, EAX, 9, 1, "avic" },
	{ "Microsoft Hv", 4, EAX, 10, 1, "ipi" },
	{ "Microsoft Hv", 4, EAX, 11, 1, "ex_processor_masks" },
	{ "Microsoft Hv", 4, EAX, 12, 1, "nested" },
	{ "Microsoft Hv", 4, EAX, 14, 1, "evmcs" },
	{ "Microsoft Hv", 4, EAX, 18, 1, "no_nonarch_coresharing" },
	{ "Microsoft Hv", 4, EBX, 0, 32, "spinlocks" },
	{ "Microsoft Hv", 0xa, EAX, 0, 8, "evmcs_lowest" },
	{ "Microsoft Hv", 0xa, EAX, 8, 8, "evmcs_highest" },
	{ "Microsoft Hv", 0xa, EAX, 17, 1, "tlbflush_direct" },
	{ "Microsoft Hv", 0xa, EAX, 18, 1, "guest_mapping_flush" },
	{ "Microsoft Hv", 0xa, EAX, 19, 1, "emsr_bitmap" },
	{ "Microsoft Hv", 0xa, EAX, 22, 1, "enlightened_tlb" },
	{ "Microsoft Hv", 0xc, EAX, 0, 1, "paravisor" },
	{ "Microsoft Hv", 0xc, EBX, 0, 4, "isolation_type" },
	{ "Microsoft Hv", 0xc, EBX, 6, 6, "shared_gpa_bits" },
	{ "Microsoft Hv", 0x82, EAX, 1, 1, "syndbg" },
	{ "XenVMMXenVMM", 1, EAX, 16, 16, "version_major" },
	{ "XenVMMXenVMM", 1, EAX, 0, 16, "version_minor" },
	{ "XenVMMXenVMM", 4, EAX, 0, 1, "apic_virtualized" },
	{ "XenVMMXenVMM", 4, EAX, 1, 1, "x2apic_virtualized" },
	{ "XenVMMXenVMM", 4, EAX, 5, 1, "ext_dest_id" },
	{ "VMwareVMware", 0x10, EAX, 0, 32, "tsc_khz" },
	{ "VMwareVMware", 0x10, EBX, 0, 32, "apic_khz" },
	{ "ACRNACRNACRN", 0x10, EAX, 0, 32, "tsc_khz" },
	{ "ACRNACRNACRN", 1, EAX, 0, 1, "privileged_vm" },
	{ "bhyve bhyve ", 1, EAX, 0, 1, "ext_dest_id" },
};

static const char *const signatures[] = { "Microsoft Hv", "XenVMMXenVMM", "VMwareVMware", "ACRNACRNACRN",
	"bhyve bhyve ", "TCGTCGTCGTCG", "KVMKVMKVM\0\0\0" };

static bool is_hyperv(const char *signature)
{
	return strcmp(signature, "Microsoft Hv") == 0;
}

static void facts_json(struct text *json, const struct report *report)
{
	block_facts_json(json, report, &report->blocks[0]);
}

static void facts_table(struct text *out, const struct report *report)
{
	block_facts_table(out, report, &report->blocks[0]);
}

/* A block whose last leaf is base+max. All its leaves but one are zeros. */
static void one_leaf(struct report *report, const char *signature, uint32_t max, uint32_t leaf, const uint32_t regs[4])
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, BASE, BASE + max, signature);
	if (leaf != 1 && is_hyperv(signature))
		recorded_set(&cpu, BASE + 1, HV1, 0, 0, 0);
	recorded_set(&cpu, BASE + leaf, regs[EAX], regs[EBX], regs[ECX], regs[EDX]);
	recorded_judge(&cpu, report);
	g_assert_cmpuint(report->block_count, ==, 1);
}

/* Sets one register of that leaf to value and its other registers to 0. */
static void set_register(struct report *report, uint32_t leaf, int reg, uint32_t value)
{
	for (size_t i = 0; i < report->leaf_count; i++) {
		struct cpuid_regs *regs = &report->leaves[i].regs;

		if (report->leaves[i].leaf == BASE + leaf)
			*regs = (struct cpuid_regs){ reg == EAX ? value : 0, reg == EBX ? value : 0,
				reg == ECX ? value : 0, reg == EDX ? value : 0 };
	}
}

/* The JSON has the facts that this register's value means, and no others. */
static void assert_facts(struct report *report, const char *signature, uint32_t leaf, int reg, uint32_t value)
{
	size_t expected = 0;
	json_t *root;
	g_autofree char *table = NULL;
	g_auto(GStrv) words = NULL;

	set_register(report, leaf, reg, value);
	root = printed_members(facts_json, report);
	table = printed(facts_table, report);
	g_assert_cmpint(table[0] == '\0', ==, json_object_size(root) == 0);
	words = g_regex_split_simple("\\s+", g_strstrip(table), 0, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
		uint64_t mask = (UINT64_C(1) << facts[i].bits) - 1;
		uint32_t field = (uint32_t)((value >> facts[i].bit) & mask);
		g_autofree char *word =
			facts[i].bits == 1 ? g_strdup(facts[i].key) : g_strdup_printf("%s=%u", facts[i].key, field);

		if (strcmp(facts[i].signature, signature) != 0 || facts[i].leaf != leaf || facts[i].reg != reg ||
			field == 0)
			continue;
		expected++;
		g_assert_true(g_strv_contains((const char *const *)words, word));
		if (facts[i].bits == 1)
			g_assert_true(json_is_true(json_object_get(root, facts[i].key)));
		else
			g_assert_cmpint(number_at(root, facts[i].key), ==, field);
	}
	g_assert_cmpuint(json_object_size(root), ==, expected);
	g_assert_cmpuint(expected == 0 ? 0 : g_strv_length(words), ==, expected);
	json_decref(root);
}

static void test_each_bit(void)
{
	static const uint32_t leaves[] = { 1, 2, 3, 4, 0xa, 0xc, 0x10, 0x82 };
	static const uint32_t zeros[4] = { 0 };
	static const uint32_t hv1[4] = { HV1 };

	for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
		for (size_t leaf = 0; leaf < G_N_ELEMENTS(leaves); leaf++) {
			bool is_interface = is_hyperv(signatures[i]) && leaves[leaf] == 1;
			struct report report;

			one_leaf(&report, signatures[i], 0x90, leaves[leaf], is_interface ? hv1 : zeros);
			for (int reg = EAX; reg <= EDX; reg++) {
				assert_facts(&report, signatures[i], leaves[leaf], reg, UINT32_MAX);
				for (uint32_t bit = 0; bit < 32; bit++)
					assert_facts(&report, signatures[i], leaves[leaf], reg, UINT32_C(1) << bit);
			}
		}
	}
}

/* A leaf behind the block's last one is not a source of facts, whatever registers it has. */
static void test_leaf_is_outside(void)
{
	static const uint32_t ones[4] = { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX };

	for (size_t i = 0; i < G_N_ELEMENTS(facts); i++) {
		struct report report;
		json_t *root;

		one_leaf(&report, facts[i].signature, facts[i].leaf - 1, facts[i].leaf, ones);
		root = printed_members(facts_json, &report);
		g_assert_cmpuint(json_object_size(root), ==, 0);
		json_decref(root);
	}
}

/* "Hv#1" in base+1 means Hyper-V's leaves, whatever the signature; without it there are none, even for Microsoft's. */
static void test_interface_decides(void)
{
	struct recorded cpu;
	struct report report;
	json_t *root;

	for (int interface = 0; interface < 2; interface++) {
		for (size_t i = 0; i < G_N_ELEMENTS(signatures) - 1; i++) {
			recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
			recorded_base(&cpu, BASE, BASE + 5, signatures[i]);
			recorded_set(&cpu, BASE + 1, interface ? HV1 : HV1 + 1, 0, 0, 0);
			recorded_set(&cpu, BASE + 2, 20348, 10 << 16 | 7, 0, 0);
			recorded_judge(&cpu, &report);
			root = printed_members(facts_json, &report);
			g_assert_cmpint(json_object_get(root, "build") != NULL, ==, interface);
			if (interface)
				g_assert_cmpint(number_at(root, "version_major"), ==, 10);
			if (interface)
				g_assert_cmpint(number_at(root, "version_minor"), ==, 7);
			json_decref(root);
		}
	}
}

/* All of Hyper-V's facts take several lines, each of them indented. printed() checks their width. */
static void test_lines(void)
{
	struct recorded cpu;
	struct report report;
	g_autofree char *table = NULL;
	g_auto(GStrv) lines = NULL;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, BASE, BASE + 0x82, "Microsoft Hv");
	recorded_set(&cpu, BASE + 1, HV1, 0, 0, 0);
	recorded_set(&cpu, BASE + 2, UINT32_MAX, UINT32_MAX, 0, 0);
	recorded_set(&cpu, BASE + 3, UINT32_MAX, 0, 0, 0);
	recorded_set(&cpu, BASE + 0x82, UINT32_MAX, 0, 0, 0);
	recorded_judge(&cpu, &report);
	table = printed(facts_table, &report);
	lines = g_strsplit(table, "\r\n", 0);
	g_assert_cmpuint(g_strv_length(lines), ==, 3 + 1);
	for (size_t i = 0; i < 3; i++) {
		g_assert_true(g_str_has_prefix(lines[i], "            "));
		g_assert_cmpint(lines[i][12], !=, ' ');
		g_assert_null(strstr(lines[i] + 12, "  "));
		/* Lines but the last are nearly full. A number is assumed to take ten digits, so that some room is
		 * left. */
		g_assert_cmpuint(i < 2 ? strlen(lines[i]) : 79, >, 50);
	}
}

/* Lines are as full as possible: the first word of the next line, which is a flag, would not have fitted. */
static void test_full_lines(void)
{
	uint32_t number = 1;

	for (int digits = 1; digits <= 10; digits++, number *= 10) {
		struct recorded cpu;
		struct report report;
		g_autofree char *table = NULL;
		g_auto(GStrv) lines = NULL;

		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		recorded_base(&cpu, BASE, BASE + 0x82, "Microsoft Hv");
		recorded_set(&cpu, BASE + 1, HV1, 0, 0, 0);
		recorded_set(&cpu, BASE + 2, number, 10 << 16, 0, 0);
		recorded_set(&cpu, BASE + 3, UINT32_MAX, 0, 0, 0);
		recorded_judge(&cpu, &report);
		table = printed(facts_table, &report);
		lines = g_strsplit(table, "\r\n", 0);
		for (char **line = lines; line[1][0] != '\0'; line++) {
			size_t word = strcspn(line[1] + 12, " ");

			g_assert_cmpuint(strlen(line[0]) + 1 + word, >, PRINTED_COLUMNS);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/block-facts/each-bit", test_each_bit);
	g_test_add_func("/block-facts/leaf-is-outside", test_leaf_is_outside);
	g_test_add_func("/block-facts/interface-decides", test_interface_decides);
	g_test_add_func("/block-facts/lines", test_lines);
	g_test_add_func("/block-facts/full-lines", test_full_lines);
	return g_test_run();
}
