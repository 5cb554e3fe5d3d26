/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time stamp counter by CPUID: Intel SDM volume 2A: 7 EBX[1] TSC_ADJUST; 0x15 the TSC's Hz are ECX * EBX / EAX;
 * 0x16 EAX[15:0] base MHz; 0x80000007 EDX[8] invariant TSC.
 */
#include "core/leaves/tsc.h"
#include "core/output/tsc_output.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "unit/fake/recorded.h"

static const struct row {
	struct cpuid_regs adjust, ratio, mhz, power;
	const char *json;
	const char *line; /* without the word TSC */
} rows[] = {
	{ { 0 }, { 0 }, { 0 }, { 0 }, "", "" },
	{ { .ebx = 1 << 1 }, { 0 }, { 0 }, { 0 }, "{\"invariant\":false,\"adjust\":true}", "not said to be invariant" },
	{ { .ebx = ~UINT32_C(2), .ecx = 2 }, { 0 }, { 0 }, { .edx = 1 << 8 }, "{\"invariant\":true,\"adjust\":false}",
		"invariant" },
	{ { 0 }, { 0 }, { 0 }, { .edx = ~UINT32_C(0x100), .eax = 0x100 }, "", "" },
	{ { 0 }, { 2, 200, 24000000, 0 }, { 2400, 4000, 100, 0 }, { .edx = 0x100 },
		"{\"invariant\":true,\"adjust\":false,\"khz\":2400000,\"base_mhz\":2400}",
		"invariant, 2400000 kHz, CPU 2400 MHz" },
	/* A crystal of 38.4 MHz, as Ice Lake has; the ratio does not divide evenly. */
	{ { 0 }, { 2, 125, 38400000, 0 }, { 0 }, { 0 }, "{\"invariant\":false,\"adjust\":false,\"khz\":2400000}",
		"not said to be invariant, 2400000 kHz" },
	{ { 0 }, { 3, 250, 25000000, 0 }, { 0 }, { 0 }, "{\"invariant\":false,\"adjust\":false,\"khz\":2083333}",
		NULL },
	/* Without the crystal's frequency, without one half of the ratio, and with numbers that no TSC has. */
	{ { .ebx = 2 }, { 2, 200, 0, 0 }, { 0 }, { 0 }, "{\"invariant\":false,\"adjust\":true}", NULL },
	{ { 0 }, { 0, 200, 24000000, 0 }, { 0 }, { 0 }, "", "" },
	{ { 0 }, { 2, 0, 24000000, 0 }, { 0 }, { 0 }, "", "" },
	{ { .ebx = 2 }, { 2, UINT32_MAX, UINT32_MAX, 0 }, { 0 }, { 0 }, "{\"invariant\":false,\"adjust\":true}", NULL },
	{ { 0 }, { 0 }, { 0xffff0000, 1, 1, 1 }, { 0 }, "", "" },
	{ { 0 }, { 0 }, { 0xffff0001, 0, 0, 0 }, { 0 }, "{\"invariant\":false,\"adjust\":false,\"base_mhz\":1}", NULL },
};

/* A machine with these leaves, whose highest leaves are 0x20 and extended. */
static void machine(struct recorded *cpu, const struct row *row, uint32_t extended)
{
	recorded_init(cpu, INTEL, MISSING_ZEROS, TRUE);
	cpu->leaves[0].regs.eax = 0x20;
	recorded_set(cpu, 7, row->adjust.eax, row->adjust.ebx, row->adjust.ecx, row->adjust.edx);
	recorded_set(cpu, 0x15, row->ratio.eax, row->ratio.ebx, row->ratio.ecx, row->ratio.edx);
	recorded_set(cpu, 0x16, row->mhz.eax, row->mhz.ebx, row->mhz.ecx, row->mhz.edx);
	recorded_set(cpu, 0x80000000, extended, 0, 0, 0);
	recorded_set(cpu, 0x80000007, row->power.eax, row->power.ebx, row->power.ecx, row->power.edx);
}

static void assert_row(const struct row *row, const struct report *report)
{
	json_t *root = printed_members(tsc_json, report);
	const json_t *tsc = json_object_get(root, "tsc");
	g_autofree char *text = tsc != NULL ? json_dumps(tsc, JSON_COMPACT | JSON_PRESERVE_ORDER) : g_strdup("");
	g_autofree char *table = printed(tsc_table, report);

	g_assert_cmpstr(text, ==, row->json);
	if (row->line != NULL && *row->line != '\0') {
		g_autofree char *line = g_strconcat("TSC: ", row->line, "\r\n", NULL);

		g_assert_cmpstr(table, ==, line);
	}
	g_assert_cmpint(*table == '\0', ==, *row->json == '\0');
	json_decref(root);
}

static void test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu;
		struct report report;

		g_test_message("row %zu", i);
		machine(&cpu, &rows[i], 0x80000008);
		recorded_judge(&cpu, &report);
		assert_row(&rows[i], &report);
	}
}

/* A leaf that says nothing but of the TSC is in the report only if it does: the report of a usual guest must stay
 * small. */
static void test_recorded(void)
{
	const struct row all = { { .ebx = 2 }, { 1, 1, 1000, 0 }, { .eax = 1 }, { .edx = 0x100 }, NULL, NULL };
	static const uint32_t leaves[] = { 0x15, 0x16 };

	for (int has_all = 0; has_all < 2; has_all++) {
		struct recorded cpu;
		struct report report;

		machine(&cpu, has_all ? &all : &rows[0], 0x80000008);
		recorded_judge(&cpu, &report);
		for (size_t i = 0; i < G_N_ELEMENTS(leaves); i++)
			g_assert_cmpint(report_leaf(&report, leaves[i]) != NULL, ==, has_all);
	}
}

/* A leaf above the machine's highest one is not asked for: some CPUs answer it as they answer the highest. */
static void test_highest(void)
{
	const struct row all = { { .ebx = 2 }, { 1, 1, 1000000, 0 }, { .eax = 5 }, { .edx = 0x100 }, NULL, NULL };
	static const struct {
		uint32_t max, extended;
		struct tsc tsc;
	} limits[] = {
		{ 1, 0, { 0 } },
		{ 6, 0x80000006, { 0 } },
		{ 7, 0x80000006, { .has_adjust = true } },
		{ 0x14, 0x80000007, { .is_invariant = true, .has_adjust = true } },
		{ 0x15, 0x80010000, { .has_adjust = true, .khz = 1000 } },
		{ 0x16, 0xffffffff, { .has_adjust = true, .khz = 1000, .base_mhz = 5 } },
		{ 0x17, 0x8000ffff, { .is_invariant = true, .has_adjust = true, .khz = 1000, .base_mhz = 5 } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		struct recorded cpu;
		struct report report;
		struct tsc tsc;

		g_test_message("maximum 0x%x", limits[i].max);
		machine(&cpu, &all, limits[i].extended);
		cpu.leaves[0].regs.eax = limits[i].max;
		recorded_judge(&cpu, &report);
		tsc = tsc_decode(&report);
		g_assert_cmpint(tsc.is_invariant, ==, limits[i].tsc.is_invariant);
		g_assert_cmpint(tsc.has_adjust, ==, limits[i].tsc.has_adjust);
		g_assert_cmpuint(tsc.khz, ==, limits[i].tsc.khz);
		g_assert_cmpuint(tsc.base_mhz, ==, limits[i].tsc.base_mhz);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tsc/rows", test_rows);
	g_test_add_func("/tsc/recorded", test_recorded);
	g_test_add_func("/tsc/highest", test_highest);
	return g_test_run();
}
