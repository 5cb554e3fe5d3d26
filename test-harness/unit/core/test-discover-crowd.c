/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's block among many blocks of other hypervisors: it is found wherever it is. A guest looks for KVM at every 0x100
 * leaves from 0x40000000 (Linux Documentation/virt/kvm/x86/cpuid.rst), however many other blocks it passes.
 */
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"
#include "unit/fake/recorded.h"

enum { BASES = 256, LISTED_MIN = 15, LISTED_MAX = 16, RUNS = 40 };

static uint32_t base_of(uint32_t number)
{
	return 0x40000000 + number * 0x100;
}

/* A block of another hypervisor, known or unknown. Each has registers of its own, so that no problem is told of two. */
static void add_other(struct recorded *cpu, uint32_t number)
{
	static const char *const signatures[] = { "VMwareVMware", "XenVMMXenVMM", "bhyve bhyve ", "NobodyKnows." };

	recorded_base(cpu, base_of(number), base_of(number), signatures[number % G_N_ELEMENTS(signatures)]);
}

/* How many blocks of others the report says it has left out. */
static uint32_t left_out(const struct report *report)
{
	uint32_t count = report->problems_dropped;

	for (size_t i = 0; i < report->problem_count; i++) {
		g_assert_cmpint(report->problems[i].kind, ==, PROBLEM_BLOCKS_DROPPED);
		count += report->problems[i].count;
	}
	return count;
}

/* The document has KVM's block among its blocks, and the problem. */
static void assert_document(const struct report *report, uint32_t base)
{
	size_t length, with_base = 0;
	json_t *root = parsed_report(report, REPORT_SIZE_MAX, &length);
	const json_t *blocks = json_object_get(root, "blocks");

	for (size_t i = 0; i < json_array_size(blocks); i++) {
		const json_t *block = json_array_get(blocks, i);

		if (strcmp(text_at(block, "hypervisor"), "KVM") != 0)
			continue;
		assert_hex_at(block, "base", base);
		with_base++;
	}
	g_assert_cmpuint(with_base, ==, 1);
	assert_hex_at(json_object_get(root, "kvm"), "eax", 0x01007afb);
	if (left_out(report) > 0)
		g_assert_cmpstr(
			text_at(json_array_get(json_object_get(root, "problems"), 0), "problem"), ==, "blocks-dropped");
	json_decref(root);
}

static void assert_found(const struct report *report, uint32_t kvm, uint32_t others)
{
	uint32_t listed = 0, found = 0;

	g_assert_cmpint(report->verdict, ==, kvm == 0 ? VERDICT_KVM : VERDICT_KVM_BEHIND);
	g_assert_cmphex(report->kvm.base, ==, base_of(kvm));
	g_assert_cmphex(report->kvm.eax, ==, 0x01007afb);
	g_assert_cmphex(report->kvm.edx, ==, 1);
	for (size_t i = 0; i < report->block_count; i++) {
		found += report->blocks[i].base == base_of(kvm);
		listed += report->blocks[i].hypervisor != HYPERVISOR_KVM;
		g_assert_true(i == 0 || report->blocks[i].base > report->blocks[i - 1].base);
	}
	g_assert_cmpuint(found, ==, 1);
	g_assert_cmpuint(listed, <=, LISTED_MAX);
	g_assert_cmpuint(listed, >=, MIN(others, LISTED_MIN));
	g_assert_cmpuint(listed + left_out(report), ==, others);
	assert_document(report, base_of(kvm));
}

/* others blocks at the bases that order begins with, but for KVM's own. */
static void try_crowd(const uint32_t *order, uint32_t kvm, uint32_t others)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	for (uint32_t i = 0, placed = 0; placed < others; i++) {
		if (order[i] == kvm)
			continue;
		add_other(&cpu, order[i]);
		placed++;
	}
	recorded_kvm(&cpu, base_of(kvm), base_of(kvm) + 1, 0x01007afb, 1);
	recorded_judge(&cpu, &report);
	assert_found(&report, kvm, others);
}

/* The blocks of others fill the bases from 0x40000000 on, and KVM's is the last. */
static void test_behind(void)
{
	uint32_t order[BASES];

	for (uint32_t i = 0; i < BASES; i++)
		order[i] = i;
	for (uint32_t others = 0; others < BASES; others++)
		try_crowd(order, others, others);
}

/* Any number of blocks at any bases, and KVM's anywhere among them. */
static void test_anywhere(void)
{
	uint32_t order[BASES];

	for (uint32_t i = 0; i < BASES; i++)
		order[i] = i;
	for (int run = 0; run < RUNS; run++) {
		for (uint32_t i = BASES - 1; i > 0; i--) {
			uint32_t k = (uint32_t)g_test_rand_int_range(0, (gint32)i + 1), swapped = order[i];

			order[i] = order[k];
			order[k] = swapped;
		}
		try_crowd(order, (uint32_t)g_test_rand_int_range(0, BASES), (uint32_t)g_test_rand_int_range(0, BASES));
		try_crowd(order, (uint32_t)g_test_rand_int_range(0, BASES), LISTED_MAX);
	}
}

/* The place that is kept is for the lowest KVM block, which the report is about; a second one is left out. */
static void test_two_of_kvm(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	for (uint32_t i = 0; i < LISTED_MAX; i++)
		add_other(&cpu, i);
	recorded_kvm(&cpu, base_of(LISTED_MAX), base_of(LISTED_MAX) + 1, 0x01007afb, 1);
	recorded_kvm(&cpu, base_of(LISTED_MAX + 1), base_of(LISTED_MAX + 1) + 1, 0x0000000f, 0);
	recorded_judge(&cpu, &report);
	g_assert_cmpuint(report.block_count, ==, LISTED_MAX + 1);
	g_assert_cmphex(report.kvm.base, ==, base_of(LISTED_MAX));
	g_assert_cmphex(report.kvm.eax, ==, 0x01007afb);
	g_assert_cmpuint(report.problem_count, ==, 1);
	assert_problem(&report, 0, PROBLEM_BLOCKS_DROPPED, base_of(LISTED_MAX + 1), base_of(LISTED_MAX + 1), 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crowd/behind", test_behind);
	g_test_add_func("/crowd/anywhere", test_anywhere);
	g_test_add_func("/crowd/two-of-kvm", test_two_of_kvm);
	return g_test_run();
}
