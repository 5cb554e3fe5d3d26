/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which kind of confidential guest the leaves and the MSR tell of. AMD APM volume 3, E.4.17: leaf 0x8000001f EAX[1] is
 * SEV, [3] SEV-ES, [4] SEV-SNP; [0] is SME, [2] the page flush MSR, [5] VMPL. Volume 2, 15.34.10: MSR 0xc0010131 [0],
 * [1] and [2] are the three where they are active. Intel TDX module: leaf 0x21 spells "IntelTDX    " in EBX, EDX, ECX.
 */
#include "core/leaves/confidential.h"
#include "core/output/confidential_output.h"
#include "core/probe/probe_confidential.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "unit/fake/recorded.h"

enum { LEAF_8000001F_SEV = 1 << 1, LEAF_8000001F_SEV_ES = 1 << 3, LEAF_8000001F_SNP = 1 << 4 };

struct sev_msr {
	uint64_t value;
	enum fault fault;
	unsigned reads;
};

static enum fault read_sev_msr(void *context, uint32_t msr, uint64_t *ret)
{
	struct sev_msr *sev = context;

	g_assert_cmphex(msr, ==, 0xc0010131);
	sev->reads++;
	*ret = sev->value;
	return sev->fault;
}

/* A guest whose leaf 0x8000001f has this EAX. */
static void sev_guest(struct report *report, uint32_t eax)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_set(&cpu, 0x80000000, 0x80000021, 0, 0, 0);
	recorded_set(&cpu, 0x8000001f, eax, 0, 0, 0);
	recorded_judge(&cpu, report);
}

static void tdx_guest(struct report *report)
{
	struct recorded cpu;

	recorded_init(&cpu, INTEL, MISSING_ZEROS, TRUE);
	cpu.leaves[0].regs.eax = 0x23;
	recorded_set(&cpu, 0x21, 0, 0x65746e49, 0x20202020, 0x5844546c);
	recorded_set(&cpu, 0x23, 1, 2, 3, 4);
	recorded_judge(&cpu, report);
}

static void assert_json(const struct report *report, const char *supported, const char *active)
{
	json_t *root = printed_members(confidential_json, report);
	const json_t *confidential = json_object_get(root, "confidential");

	g_assert_nonnull(confidential);
	assert_strings(json_object_get(confidential, "supported"), supported);
	if (active == NULL)
		g_assert_null(json_object_get(confidential, "active"));
	else
		g_assert_cmpstr(text_at(confidential, "active"), ==, active);
	json_decref(root);
}

static void assert_line(const struct report *report, const char *expected)
{
	g_autofree char *line = printed(confidential_table, report);

	g_assert_cmpstr(line, ==, expected);
}

static const struct {
	uint32_t eax;
	const char *names, *words;
} capabilities[] = {
	{ LEAF_8000001F_SEV, "SEV", "SEV" },
	{ LEAF_8000001F_SEV_ES, "SEV-ES", "SEV-ES" },
	{ LEAF_8000001F_SNP, "SEV-SNP", "SEV-SNP" },
	{ LEAF_8000001F_SEV | LEAF_8000001F_SEV_ES, "SEV,SEV-ES", "SEV, SEV-ES" },
	{ LEAF_8000001F_SEV | LEAF_8000001F_SEV_ES | LEAF_8000001F_SNP, "SEV,SEV-ES,SEV-SNP", "SEV, SEV-ES, SEV-SNP" },
	{ 0xffffffff, "SEV,SEV-ES,SEV-SNP", "SEV, SEV-ES, SEV-SNP" },
};

/* The leaf says only what the CPU could do: whether anything is active is not known without the MSR. */
static void test_capabilities(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(capabilities); i++) {
		struct report report;
		g_autofree char *line = g_strdup_printf(
			"The CPU has %s; --probe tells whether this guest uses it\r\n", capabilities[i].words);
		g_autofree char *replayed = g_strdup_printf("The CPU has %s\r\n", capabilities[i].words);

		sev_guest(&report, capabilities[i].eax);
		g_assert_cmpint(report.confidential.active, ==, CONFIDENTIAL_NONE);
		g_assert_cmphex(report_leaf(&report, 0x8000001f)->regs.eax, ==, capabilities[i].eax);
		assert_json(&report, capabilities[i].names, NULL);
		assert_line(&report, line);
		report.source = SOURCE_REPLAY;
		assert_line(&report, replayed);
	}
}

/* SME, the page flush MSR, VMPL and the higher bits do not make a confidential guest. */
static void test_other_bits(void)
{
	for (uint32_t bit = 0; bit < 32; bit++) {
		struct report report;
		json_t *root;

		if (bit == 1 || bit == 3 || bit == 4)
			continue;
		sev_guest(&report, UINT32_C(1) << bit);
		g_assert_null(report_leaf(&report, 0x8000001f));
		root = printed_members(confidential_json, &report);
		g_assert_cmpuint(json_object_size(root), ==, 0);
		json_decref(root);
		assert_line(&report, "");
	}
}

/* Each value of the three bits: the highest one that is set decides. Higher bits belong to other features. */
static void test_active(void)
{
	static const struct {
		uint64_t status;
		enum confidential active;
		const char *name, *line;
	} rows[] = {
		{ 0, CONFIDENTIAL_NONE, "none", "Confidential guest: none, though the CPU could\r\n" },
		{ 1, CONFIDENTIAL_SEV, "SEV", "Confidential guest: SEV; the probe shares no page\r\n" },
		{ 2, CONFIDENTIAL_SEV_ES, "SEV-ES",
			"Confidential guest: SEV-ES; the probe shares no page, passes no arguments\r\n" },
		{ 3, CONFIDENTIAL_SEV_ES, "SEV-ES", NULL },
		{ 4, CONFIDENTIAL_SNP, "SEV-SNP",
			"Confidential guest: SEV-SNP; the probe shares no page, passes no arguments\r\n" },
		{ 5, CONFIDENTIAL_SNP, "SEV-SNP", NULL },
		{ 7, CONFIDENTIAL_SNP, "SEV-SNP", NULL },
		{ 0xfffffffffffffff8, CONFIDENTIAL_NONE, "none", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct sev_msr sev = { .value = rows[i].status };
		struct ring0 ring0 = { .read_msr = read_sev_msr, .context = &sev };
		struct report report;

		sev_guest(&report, LEAF_8000001F_SEV | LEAF_8000001F_SEV_ES | LEAF_8000001F_SNP);
		g_assert_cmpint(probe_confidential(&report, &ring0), ==, rows[i].active);
		g_assert_cmpuint(sev.reads, ==, 1);
		assert_json(&report, "SEV,SEV-ES,SEV-SNP", rows[i].name);
		if (rows[i].line != NULL)
			assert_line(&report, rows[i].line);
		/* Once the answer is known, the MSR is not read again. */
		g_assert_cmpint(probe_confidential(&report, &ring0), ==, rows[i].active);
		g_assert_cmpuint(sev.reads, ==, 1);
	}
}

/* Where the leaf has no SEV, the MSR may not exist, and is not read. Where reading it faults, nothing is known. */
static void test_msr_is_refused(void)
{
	struct sev_msr sev = { .value = 7, .fault = FAULT_GP };
	struct ring0 ring0 = { .read_msr = read_sev_msr, .context = &sev };
	struct report report;

	sev_guest(&report, LEAF_8000001F_SEV);
	g_assert_cmpint(probe_confidential(&report, &ring0), ==, CONFIDENTIAL_NONE);
	g_assert_cmpuint(sev.reads, ==, 1);
	assert_json(&report, "SEV", NULL);
	sev_guest(&report, LEAF_8000001F_SEV_ES);
	g_assert_cmpint(probe_confidential(&report, &ring0), ==, CONFIDENTIAL_NONE);
	sev_guest(&report, 0);
	g_assert_cmpint(probe_confidential(&report, &ring0), ==, CONFIDENTIAL_NONE);
	g_assert_cmpuint(sev.reads, ==, 1);
}

static void test_tdx(void)
{
	struct sev_msr sev = { 0 };
	struct ring0 ring0 = { .read_msr = read_sev_msr, .context = &sev };
	struct report report;

	tdx_guest(&report);
	assert_regs(&report_leaf(&report, 0x21)->regs, 0, 0x65746e49, 0x20202020, 0x5844546c);
	assert_json(&report, "TDX", "TDX");
	assert_line(&report, "Confidential guest: TDX; the probe reads one MSR and no more\r\n");
	g_assert_cmpint(probe_confidential(&report, &ring0), ==, CONFIDENTIAL_TDX);
	g_assert_cmpuint(sev.reads, ==, 0);
}

/* CPUs outside TDX have zeros in leaf 0x21. One register with other text is enough for not being TDX. */
static void test_not_tdx(void)
{
	static const struct cpuid_regs others[] = {
		{ 0, 0, 0, 0 },
		{ 0, 0x65746e49, 0x5844546c, 0x20202020 },
		{ 0, 0x65746e48, 0x20202020, 0x5844546c },
		{ 0, 0x65746e49, 0x20202000, 0x5844546c },
		{ 0, 0x65746e49, 0x20202020, 0x5844546d },
	};

	g_assert_true(confidential_is_tdx(&(struct cpuid_regs){ 0xffffffff, 0x65746e49, 0x20202020, 0x5844546c }));
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		struct report report = { .leaf_count = 1 };

		g_assert_false(confidential_is_tdx(&others[i]));
		report.leaves[0] = (struct leaf){ .leaf = 0x21, .regs = others[i] };
		confidential_decode(&report);
		g_assert_cmpuint(report.confidential.supported, ==, 0);
		g_assert_false(report.confidential.knows_active);
	}
}

/* The leaf is read only if the maximum extended leaf is a plausible one and not lower. */
static void test_extended_maximum(void)
{
	static const struct {
		uint32_t max;
		gboolean there;
	} rows[] = { { 0x8000001e, FALSE }, { 0x8000001f, TRUE }, { 0x8000ffff, TRUE }, { 0x80010000, FALSE },
		{ 0, FALSE }, { 0xffffffff, FALSE }, { 0x1f, FALSE } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu;
		struct report report;

		recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
		recorded_set(&cpu, 0x80000000, rows[i].max, 1, 2, 3);
		recorded_set(&cpu, 0x8000001f, LEAF_8000001F_SEV, 0x4133, 0x1fd, 1);
		recorded_judge(&cpu, &report);
		g_assert_cmpuint(recorded_times(&cpu, 0x8000001f), ==, rows[i].there);
		g_assert_cmpint(report_leaf(&report, 0x8000001f) != NULL, ==, rows[i].there);
		if (!rows[i].there)
			continue;
		assert_regs(&report_leaf(&report, 0x80000000)->regs, rows[i].max, 1, 2, 3);
		assert_regs(&report_leaf(&report, 0x8000001f)->regs, LEAF_8000001F_SEV, 0x4133, 0x1fd, 1);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/confidential/capabilities", test_capabilities);
	g_test_add_func("/confidential/other-bits", test_other_bits);
	g_test_add_func("/confidential/active", test_active);
	g_test_add_func("/confidential/msr-is-refused", test_msr_is_refused);
	g_test_add_func("/confidential/tdx", test_tdx);
	g_test_add_func("/confidential/not-tdx", test_not_tdx);
	g_test_add_func("/confidential/extended-maximum", test_extended_maximum);
	return g_test_run();
}
