/* SPDX-License-Identifier: BSD-2-Clause */
/* The document has what the registers say. */
#include "kvmleaf/report_variable.h"
#include "kvmleaf/version.h"
#include "unit/core/parsed.h"
#include "unit/fake/recorded.h"

enum { USUAL_MAX = 4096 };

static json_t *parsed(const struct report *report)
{
	size_t length;
	json_t *root = parsed_report(report, REPORT_SIZE_MAX, &length);

	g_assert_nonnull(root);
	g_assert_null(json_object_get(root, "missing"));
	return root;
}

static void assert_json_leaves(const json_t *root, const struct recorded *cpu)
{
	const json_t *leaves = json_object_get(root, "leaves");

	g_assert_cmpuint(json_array_size(leaves), ==, cpu->count);
	for (size_t i = 0; i < cpu->count; i++) {
		const json_t *row = json_array_get(leaves, i);
		const struct leaf *leaf = &cpu->leaves[i];

		g_assert_cmpuint(json_array_size(row), ==, 6);
		assert_hex(json_array_get(row, 0), leaf->leaf);
		assert_hex(json_array_get(row, 1), 0);
		assert_hex(json_array_get(row, 2), leaf->regs.eax);
		assert_hex(json_array_get(row, 3), leaf->regs.ebx);
		assert_hex(json_array_get(row, 4), leaf->regs.ecx);
		assert_hex(json_array_get(row, 5), leaf->regs.edx);
	}
}

static void test_one_block(void)
{
	struct recorded cpu;
	struct report report;
	json_t *root, *block, *kvm;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 0x01007afb, 1);
	recorded_judge(&cpu, &report);
	root = parsed(&report);
	g_assert_cmpstr(text_at(root, "schema"), ==, "kvmleaf/1");
	g_assert_cmpstr(text_at(root, "version"), ==, KVMLEAF_VERSION);
	g_assert_cmpstr(text_at(root, "source"), ==, "cpu");
	g_assert_cmpstr(text_at(root, "verdict"), ==, "kvm");
	g_assert_true(json_is_true(json_object_get(root, "hypervisor_bit")));
	g_assert_cmpstr(text_at(json_object_get(root, "cpu"), "vendor"), ==, "AuthenticAMD");
	assert_hex_at(json_object_get(root, "cpu"), "signature", 0x00800f12);
	g_assert_cmpuint(json_array_size(json_object_get(root, "blocks")), ==, 1);
	block = json_array_get(json_object_get(root, "blocks"), 0);
	assert_hex_at(block, "base", 0x40000000);
	g_assert_cmpstr(text_at(block, "signature"), ==, "KVMKVMKVM");
	g_assert_cmpstr(text_at(block, "signature_hex"), ==, "4b564d4b564d4b564d000000");
	g_assert_cmpstr(text_at(block, "hypervisor"), ==, "KVM");
	assert_hex_at(block, "max_leaf", 0x40000001);
	assert_hex_at(block, "max_leaf_used", 0x40000001);
	kvm = json_object_get(root, "kvm");
	assert_hex_at(kvm, "base", 0x40000000);
	assert_hex_at(kvm, "eax", 0x01007afb);
	assert_hex_at(kvm, "edx", 1);
	g_assert_null(json_object_get(kvm, "tsc_khz"));
	g_assert_cmpuint(json_array_size(json_object_get(root, "problems")), ==, 0);
	g_assert_null(json_object_get(root, "problems_dropped"));
	g_assert_null(json_object_get(root, "expectations"));
	assert_json_leaves(root, &cpu);
	json_decref(root);
}

/* Bits 2 and 10 are clear in 0x01007afb; 8, which was never assigned, 30, 31, and hints 30 and 31 have no name. */
static void test_bits(void)
{
	struct recorded cpu;
	struct report report;
	json_t *root, *kvm, *block;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0, 0x01007afb | 0xc0000100, 0xc0000001);
	recorded_judge(&cpu, &report);
	root = parsed(&report);
	block = json_array_get(json_object_get(root, "blocks"), 0);
	assert_hex_at(block, "max_leaf", 0);
	assert_hex_at(block, "max_leaf_used", 0x40000001);
	kvm = json_object_get(root, "kvm");
	assert_strings(json_object_get(kvm, "features"),
		"KVM_FEATURE_CLOCKSOURCE,KVM_FEATURE_NOP_IO_DELAY,KVM_FEATURE_CLOCKSOURCE2,KVM_FEATURE_ASYNC_PF,"
		"KVM_FEATURE_STEAL_TIME,KVM_FEATURE_PV_EOI,KVM_FEATURE_PV_UNHALT,KVM_FEATURE_PV_TLB_FLUSH,"
		"KVM_FEATURE_PV_SEND_IPI,KVM_FEATURE_POLL_CONTROL,KVM_FEATURE_PV_SCHED_YIELD,"
		"KVM_FEATURE_ASYNC_PF_INT,KVM_FEATURE_CLOCKSOURCE_STABLE_BIT");
	assert_strings(json_object_get(kvm, "hints"), "KVM_HINTS_REALTIME");
	assert_hex_at(json_object_get(kvm, "unknown"), "eax", 0xc0000100);
	assert_hex_at(json_object_get(kvm, "unknown"), "edx", 0xc0000000);
	assert_hex_at(kvm, "eax", 0xc1007bfb);
	assert_hex_at(kvm, "edx", 0xc0000001);
	json_decref(root);
}

static void test_behind_with_timing(void)
{
	struct recorded cpu;
	struct report report;
	json_t *root, *kvm, *block;

	recorded_init(&cpu, INTEL, MISSING_TOP, FALSE);
	recorded_base(&cpu, 0x40000000, 0x40000001, "Microsoft Hv");
	recorded_set(&cpu, 0x40000001, 0x31237648, 2, 3, 4);
	recorded_kvm(&cpu, 0x40000100, 0x40000110, 0, 0);
	recorded_set(&cpu, 0x40000110, 0x001e8480, 0x000f4240, 0, 0);
	recorded_judge(&cpu, &report);
	root = parsed(&report);
	g_assert_cmpstr(text_at(root, "verdict"), ==, "kvm-behind");
	g_assert_true(json_is_false(json_object_get(root, "hypervisor_bit")));
	g_assert_cmpuint(json_array_size(json_object_get(root, "blocks")), ==, 2);
	block = json_array_get(json_object_get(root, "blocks"), 0);
	g_assert_cmpstr(text_at(block, "signature"), ==, "Microsoft Hv");
	g_assert_cmpstr(text_at(block, "hypervisor"), ==, "Hyper-V interface");
	kvm = json_object_get(root, "kvm");
	assert_hex_at(kvm, "base", 0x40000100);
	g_assert_cmpint(number_at(kvm, "tsc_khz"), ==, 2000000);
	g_assert_cmpint(number_at(kvm, "apic_khz"), ==, 1000000);
	assert_strings(json_object_get(kvm, "features"), "");
	json_decref(root);
}

static void test_not_kvm(void)
{
	struct recorded cpu;
	struct report report;
	json_t *root, *problem;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_judge(&cpu, &report);
	report.vcpu_count = 288;
	report.vcpus_checked = 3;
	report_problem(&report, PROBLEM_NO_MP_SERVICES, 4000000000);
	report.problems_dropped = 7;
	root = parsed(&report);
	g_assert_cmpstr(text_at(root, "verdict"), ==, "masked");
	g_assert_true(json_is_null(json_object_get(root, "kvm")));
	g_assert_cmpint(number_at(json_object_get(root, "vcpus"), "count"), ==, 288);
	g_assert_cmpint(number_at(json_object_get(root, "vcpus"), "checked"), ==, 3);
	g_assert_cmpuint(json_array_size(json_object_get(root, "blocks")), ==, 0);
	g_assert_cmpuint(json_array_size(json_object_get(root, "problems")), ==, 2);
	problem = json_array_get(json_object_get(root, "problems"), 0);
	g_assert_cmpstr(text_at(problem, "problem"), ==, "top-leaf-echo");
	assert_hex_at(problem, "leaf", 0x40000000);
	assert_hex_at(problem, "last", 0x4000ff00);
	g_assert_cmpint(number_at(problem, "count"), ==, 256);
	assert_hex(json_array_get(json_object_get(problem, "registers"), 0), 0x000002e7);
	assert_hex(json_array_get(json_object_get(problem, "registers"), 1), 0x00000240);
	assert_hex(json_array_get(json_object_get(problem, "registers"), 2), 0x00000a88);
	assert_hex(json_array_get(json_object_get(problem, "registers"), 3), 0x00000000);
	problem = json_array_get(json_object_get(root, "problems"), 1);
	g_assert_cmpstr(text_at(problem, "problem"), ==, "no-mp-services");
	g_assert_cmpint(number_at(problem, "number"), ==, 4000000000);
	g_assert_cmpint(number_at(root, "problems_dropped"), ==, 7);
	json_decref(root);
}

static void test_expectations(void)
{
	struct recorded cpu;
	struct report report = { 0 };
	json_t *root, *row;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000010, 0x40, 0);
	report.expectations[0] =
		(struct expectation){ .kind = EXPECT_REQUIRE, .eax = 0x40, .name = "KVM_FEATURE_PV_EOI" };
	report.expectations[1] =
		(struct expectation){ .kind = EXPECT_VERDICT, .verdict = VERDICT_NONE, .name = "none" };
	report.expectation_count = 2;
	recorded_examine(&cpu, &report, NULL);
	root = parsed(&report);
	/* Leaf 0x40000010 exists, though it holds zeros. */
	g_assert_cmpint(number_at(json_object_get(root, "kvm"), "tsc_khz"), ==, 0);
	g_assert_cmpint(number_at(json_object_get(root, "kvm"), "apic_khz"), ==, 0);
	g_assert_cmpuint(json_array_size(json_object_get(root, "expectations")), ==, 2);
	row = json_array_get(json_object_get(root, "expectations"), 0);
	g_assert_cmpstr(text_at(row, "expect"), ==, "require");
	g_assert_cmpstr(text_at(row, "name"), ==, "KVM_FEATURE_PV_EOI");
	g_assert_true(json_is_true(json_object_get(row, "holds")));
	row = json_array_get(json_object_get(root, "expectations"), 1);
	g_assert_cmpstr(text_at(row, "expect"), ==, "verdict");
	g_assert_true(json_is_false(json_object_get(row, "holds")));
	json_decref(root);
}

static void test_hostile_signature(void)
{
	static const char signatures[][13] = { "\"},{\"xyz\":\"\\", "\\\\\\\\\\\\\\\\\\\\\\\"",
		"\x01\r\n\t\x1b[2J\x7f\x80\xff\xc3", "\0\0\0\0\0\0\0\0\0\0\0\0", "\0\"\0\\\0\n\0x\0\0\0\0" };

	for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
		struct report report = { .block_count = 1, .blocks[0] = { .base = 0x40000000 } };
		json_t *root;

		memcpy(report.blocks[0].signature, signatures[i], 12);
		memcpy(report.cpu_vendor, signatures[i], 12);
		judge_report(&report);
		root = parsed(&report);
		g_assert_cmpuint(json_object_size(json_array_get(json_object_get(root, "blocks"), 0)), ==, 6);
		g_assert_cmpuint(json_object_size(json_object_get(root, "cpu")), ==, 5);
		if (i < 2)
			g_assert_cmpstr(text_at(json_object_get(root, "cpu"), "vendor"), ==, signatures[i]);
		json_decref(root);
	}
}

/* A guest with one KVM block in which everything is set; the same registers give the same bytes. */
static void test_usual_size(void)
{
	for (int vendor = AMD; vendor <= INTEL; vendor++) {
		struct recorded cpu;
		struct report report;
		char first[USUAL_MAX], again[USUAL_MAX];
		size_t length;

		recorded_init(&cpu, vendor, vendor == AMD ? MISSING_ZEROS : MISSING_TOP, TRUE);
		recorded_kvm(&cpu, 0x40000000, 0x40000010, 0xffffffff, 0xffffffff);
		recorded_set(&cpu, 0x40000010, 0xffffffff, 0xffffffff, 0, 0);
		recorded_judge(&cpu, &report);
		length = report_json(&report, first, sizeof(first));
		g_assert_cmpuint(length, >, 0);
		g_assert_null(g_strstr_len(first, (gssize)length, "\"missing\""));
		memset(&report, 0x55, sizeof(report));
		cpu.asked_count = 0;
		recorded_judge(&cpu, &report);
		memset(again, 0x55, sizeof(again));
		g_assert_cmpmem(first, length, again, report_json(&report, again, sizeof(again)));
	}
}

/* Jansson and core's JSON writer are linked into one program: a function of the one must not replace the other's. */
static void test_names_of_their_own(void)
{
	json_t *string = json_string("KVM");

	g_assert_cmpstr(json_string_value(string), ==, "KVM");
	json_decref(string);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/one-block", test_one_block);
	g_test_add_func("/json/bits", test_bits);
	g_test_add_func("/json/behind-with-timing", test_behind_with_timing);
	g_test_add_func("/json/not-kvm", test_not_kvm);
	g_test_add_func("/json/expectations", test_expectations);
	g_test_add_func("/json/hostile-signature", test_hostile_signature);
	g_test_add_func("/json/usual-size", test_usual_size);
	g_test_add_func("/json/names-of-their-own", test_names_of_their_own);
	return g_test_run();
}
