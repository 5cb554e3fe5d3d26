/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vCPUs that differ, in the document and in the table. Names of bits: leaf 1 ECX[31] is the hypervisor bit (Intel SDM);
 * base+1 EAX has features and EDX hints (KVM's cpuid.rst).
 */
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "core/output/vcpus_output.h"

enum { BASE = 0x40000100, EAX = 0, EBX, ECX, EDX };

static void json_whole(struct text *json, const struct report *report)
{
	text_string(json, "\"first\":0");
	vcpus_json(json, report, true);
}

static void json_cut(struct text *json, const struct report *report)
{
	text_string(json, "\"first\":0");
	vcpus_json(json, report, false);
}

static struct vcpu_set one_run(uint32_t first, uint32_t last)
{
	struct vcpu_set set = { .range_count = 1, .count = last - first + 1 };

	set.ranges[0].first = first;
	set.ranges[0].last = last;
	return set;
}

static void add(struct report *report, uint32_t leaf, int reg, uint32_t first, uint32_t value, struct vcpu_set vcpus)
{
	report->vcpu_differences[report->vcpu_difference_count++] = (struct vcpu_difference){
		.leaf = leaf, .reg = (uint8_t)reg, .first = first, .value = value, .vcpus = vcpus
	};
}

static struct report kvm_report(void)
{
	return (struct report){ .vcpu_count = 8, .vcpus_checked = 7, .kvm = { .present = true, .base = BASE } };
}

static void assert_names(const struct report *report, size_t row, const char *expected)
{
	json_t *root = printed_members(json_whole, report);
	const json_t *rows = json_object_get(json_object_get(root, "vcpus"), "differing");

	assert_strings(json_object_get(json_array_get(rows, row), "names"), expected);
	json_decref(root);
}

static void test_registers(void)
{
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };

	for (int reg = EAX; reg <= EDX; reg++) {
		struct report report = kvm_report();
		g_autofree char *upper = g_ascii_strup(names[reg], -1);
		g_autofree char *expected = g_strdup_printf(
			"DIFFERS: 1 vCPU (APIC 0x5)\r\n    0x00000007 %s=0x00001234, the first has 0x00005678\r\n",
			upper);
		g_autofree char *table = NULL;
		const json_t *row;
		json_t *root;

		add(&report, 7, reg, 0x5678, 0x1234, one_run(5, 5));
		table = printed(vcpus_table, &report);
		g_assert_cmpstr(table, ==, expected);
		root = printed_members(json_whole, &report);
		row = json_array_get(json_object_get(json_object_get(root, "vcpus"), "differing"), 0);
		assert_hex_at(row, "leaf", 7);
		g_assert_cmpstr(text_at(row, "register"), ==, names[reg]);
		assert_hex_at(row, "first", 0x5678);
		assert_hex_at(row, "value", 0x1234);
		assert_strings(json_object_get(row, "names"), "");
		g_assert_cmpint(number_at(row, "count"), ==, 1);
		json_decref(root);
	}
}

/* The hypervisor bit is bit 31 of ECX of leaf 1 and no other, and is named where it differs. */
static void test_hypervisor_bit(void)
{
	for (uint32_t leaf = 0; leaf < 3; leaf++) {
		for (int reg = EAX; reg <= EDX; reg++) {
			struct report report = kvm_report();
			bool named = leaf == 1 && reg == ECX;
			g_autofree char *table = NULL;

			add(&report, leaf, reg, 0x80000001, 0x40000000, one_run(1, 1));
			assert_names(&report, 0, named ? "hypervisor" : "");
			table = printed(vcpus_table, &report);
			g_assert_cmpint(strstr(table, "    clear: hypervisor\r\n") != NULL, ==, named);
			report.vcpu_differences[0].first = 0x7fffffff;
			report.vcpu_differences[0].value = 0xffffffff;
			g_clear_pointer(&table, g_free);
			table = printed(vcpus_table, &report);
			g_assert_cmpint(strstr(table, "    set: hypervisor\r\n") != NULL, ==, named);
			report.vcpu_differences[0].value = 0x0fffffff;
			report.vcpu_differences[0].first = 0x00000000;
			assert_names(&report, 0, "");
		}
	}
}

static void test_feature_bits(void)
{
	struct report report = kvm_report();
	g_autofree char *table = NULL;

	add(&report, BASE + 1, EAX, 0x0100007b, 0x0100003f, one_run(1, 2));
	add(&report, BASE + 1, EDX, 0, 3, one_run(1, 2));
	add(&report, BASE + 1, EBX, 0, 3, one_run(1, 2));
	add(&report, BASE + 1, ECX, 0, 3, one_run(1, 2));
	add(&report, BASE + 2, EAX, 0, 1, one_run(1, 2));
	add(&report, BASE, EAX, BASE + 1, BASE + 0x10, one_run(1, 2));
	assert_names(&report, 0, "KVM_FEATURE_MMU_OP,KVM_FEATURE_PV_EOI");
	assert_names(&report, 1, "KVM_HINTS_REALTIME");
	for (size_t row = 2; row < 6; row++)
		assert_names(&report, row, "");
	table = printed(vcpus_table, &report);
	g_assert_nonnull(strstr(table,
		"DIFFERS: 2 vCPUs (APIC 0x1..0x2)\r\n    0x40000101 EAX=0x0100003f, the first has 0x0100007b\r\n"
		"    set: KVM_FEATURE_MMU_OP\r\n    clear: KVM_FEATURE_PV_EOI\r\n"));
	g_assert_nonnull(strstr(table, "EDX=0x00000003, the first has 0x00000000\r\n    set: KVM_HINTS_REALTIME\r\n"));
	/* Without KVM the same leaf has no feature bits. */
	report.kvm.present = false;
	assert_names(&report, 0, "");
}

/* A vCPU with another signature at the base has no KVM features in base+1; other vCPUs have. */
static void test_other_signature(void)
{
	static const struct {
		uint32_t first, last;
		bool named;
	} runs[] = { { 3, 5, false }, { 1, 3, false }, { 5, 9, false }, { 4, 4, false }, { 0, 9, false },
		{ 0, 2, true }, { 6, 9, true } };

	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
		for (int reg = EAX; reg <= EDX; reg++) {
			struct report report = kvm_report();

			add(&report, BASE + 1, EAX, 0x40, 0, one_run(3, 5));
			add(&report, BASE, reg, 1, 2, one_run(runs[i].first, runs[i].last));
			assert_names(&report, 0, reg == EAX || runs[i].named ? "KVM_FEATURE_PV_EOI" : "");
			/* A difference at another block's base does not matter. */
			report.vcpu_differences[1].leaf = BASE + 0x100;
			assert_names(&report, 0, "KVM_FEATURE_PV_EOI");
		}
	}
}

/* Two sets of vCPUs may meet in any of their ranges. */
static void test_runs_that_meet(void)
{
	for (uint32_t meets = 0; meets < 2; meets++) {
		struct report report = kvm_report();
		struct vcpu_set features = one_run(10, 10), signature = one_run(0, 1);

		features.range_count = signature.range_count = 2;
		features.ranges[1].first = features.ranges[1].last = 20;
		signature.ranges[1].first = signature.ranges[1].last = 21 - meets;
		add(&report, BASE + 1, EAX, 0x40, 0, features);
		add(&report, BASE, EBX, 1, 2, signature);
		assert_names(&report, 0, meets ? "" : "KVM_FEATURE_PV_EOI");
	}
}

/* Rows keep their order; rows behind the last, and ranges behind a set's last, are ignored. */
static void test_which_rows(void)
{
	struct report report = kvm_report();
	json_t *root;

	add(&report, BASE, EDX, 1, 2, one_run(4, 4));
	add(&report, BASE + 1, EAX, 1, 0, one_run(4, 4));
	add(&report, BASE + 1, EAX, 1, 2, one_run(0, 0));
	add(&report, BASE, EBX, 1, 2, one_run(0, 0));
	report.vcpu_difference_count--;
	assert_names(&report, 1, "");
	assert_names(&report, 2, "KVM_FEATURE_CLOCKSOURCE,KVM_FEATURE_NOP_IO_DELAY");
	root = printed_members(json_whole, &report);
	g_assert_cmpuint(json_array_size(json_object_get(json_object_get(root, "vcpus"), "differing")), ==, 3);
	json_decref(root);
}

/* One dropped difference is mentioned as well as three. */
static void test_one_dropped(void)
{
	struct report report = { .vcpu_differences_dropped = 1 };
	json_t *root = printed_members(json_whole, &report);
	g_autofree char *table = printed(vcpus_table, &report);

	g_assert_cmpstr(table, ==, "DIFFERS: more, not listed: 1\r\n");
	g_assert_cmpint(number_at(json_object_get(root, "vcpus"), "differing_dropped"), ==, 1);
	json_decref(root);
}

static void test_sets(void)
{
	struct report report = kvm_report();
	struct vcpu_set set = one_run(1, 2);
	const json_t *vcpus, *ids;
	json_t *root;
	g_autofree char *table = NULL;

	set.range_count = 2;
	set.count = 5;
	set.ranges[1].first = 0x10;
	set.ranges[1].last = 0x12;
	add(&report, 7, EAX, 0, 1, set);
	report.vcpus_silent = one_run(0x21, 0x21);
	report.vcpu_differences_dropped = 3;
	table = printed(vcpus_table, &report);
	g_assert_cmpstr(table, ==,
		"DIFFERS: 5 vCPUs (APIC 0x1..0x2 ...)\r\n    0x00000007 EAX=0x00000001, the first has 0x00000000\r\n"
		"DIFFERS: more, not listed: 3\r\nSILENT: 1 vCPU (APIC 0x21) did not answer in time\r\n");
	root = printed_members(json_whole, &report);
	vcpus = json_object_get(root, "vcpus");
	g_assert_cmpint(number_at(vcpus, "count"), ==, 8);
	g_assert_cmpint(number_at(vcpus, "checked"), ==, 7);
	g_assert_cmpint(number_at(vcpus, "differing_dropped"), ==, 3);
	g_assert_cmpint(number_at(json_object_get(vcpus, "silent"), "count"), ==, 1);
	ids = json_object_get(json_object_get(vcpus, "silent"), "apic_ids");
	g_assert_cmpuint(json_array_size(ids), ==, 1);
	assert_strings(json_array_get(ids, 0), "0x00000021,0x00000021");
	ids = json_object_get(json_array_get(json_object_get(vcpus, "differing"), 0), "apic_ids");
	g_assert_cmpuint(json_array_size(ids), ==, 2);
	assert_strings(json_array_get(ids, 0), "0x00000001,0x00000002");
	assert_strings(json_array_get(ids, 1), "0x00000010,0x00000012");
	json_decref(root);
	/* Without room the rows are left out, but the counts stay. */
	root = printed_members(json_cut, &report);
	vcpus = json_object_get(root, "vcpus");
	g_assert_cmpuint(json_array_size(json_object_get(vcpus, "differing")), ==, 0);
	g_assert_cmpint(number_at(vcpus, "differing_dropped"), ==, 3);
	json_decref(root);
}

static void test_nothing(void)
{
	struct report report = { .vcpu_count = 2, .vcpus_checked = 2 };
	json_t *root = printed_members(json_whole, &report);
	g_autofree char *table = printed(vcpus_table, &report);

	g_assert_cmpstr(table, ==, "");
	g_assert_cmpuint(json_object_size(json_object_get(root, "vcpus")), ==, 3);
	json_decref(root);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vcpus-output/registers", test_registers);
	g_test_add_func("/vcpus-output/hypervisor-bit", test_hypervisor_bit);
	g_test_add_func("/vcpus-output/feature-bits", test_feature_bits);
	g_test_add_func("/vcpus-output/other-signature", test_other_signature);
	g_test_add_func("/vcpus-output/runs-that-meet", test_runs_that_meet);
	g_test_add_func("/vcpus-output/which-rows", test_which_rows);
	g_test_add_func("/vcpus-output/one-dropped", test_one_dropped);
	g_test_add_func("/vcpus-output/sets", test_sets);
	g_test_add_func("/vcpus-output/nothing", test_nothing);
	return g_test_run();
}
