/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What no feature bit tells of: CLOCK_PAIRING (Linux Documentation/virt/kvm/x86/hypercalls.rst, 6; its answers by
 * kvm_pv_clock_pairing() of arch/x86/kvm/x86.c) and MSR 0x3b, TSC_ADJUST (Intel SDM volume 3, 17.17.3).
 */
#include "core/output/probe_output.h"
#include "core/probe/probe.h"
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "unit/fake/fake_ring0.h"
#include "unit/fake/kvm_expected.h"

enum { HOURS_16 = 16 * 60 * 60 };

static const struct {
	struct fake_kvm kvm;
	enum pairing_result result;
	const char *name, *why;
} rows[] = {
	{ { 0 }, PAIRING_WORKS, "works", NULL },
	{ { .pairing_answer = -1000 }, PAIRING_ABSENT, "absent", NULL },
	{ { .pairing_answer = -95 }, PAIRING_NO_TSC, "the host's clock is not the TSC", NULL },
	{ { .pairing_answer = -14 }, PAIRING_WRONG, "wrong", "answers with an error" },
	{ { .pairing_answer = 1 }, PAIRING_WRONG, "wrong", "answers with an error" },
	{ { .pairing_tsc_off = -200 }, PAIRING_WRONG, "wrong", "not this vCPU's TSC" },
	{ { .pairing_tsc_off = 200 }, PAIRING_WRONG, "wrong", "not this vCPU's TSC" },
	{ { .pairing_tsc_off = 99 }, PAIRING_WORKS, "works", NULL },
	{ { .pairing_nanoseconds_off = 1 }, PAIRING_WRONG, "wrong", "its area stays empty" },
	{ { .pairing_nanoseconds_off = -1000000000 }, PAIRING_WRONG, "wrong", "its area stays empty" },
	{ { .pairing_nanoseconds_off = -999999999 }, PAIRING_WORKS, "works", NULL },
	{ { .pairing_seconds_off = -FAKE_TIME }, PAIRING_WRONG, "wrong", "its area stays empty" },
	{ { .pairing_seconds_off = INT64_MIN }, PAIRING_WRONG, "wrong", "its area stays empty" },
	{ { .pairing_seconds_off = HOURS_16 }, PAIRING_WORKS, "works", NULL },
	{ { .pairing_seconds_off = HOURS_16 + 1 }, PAIRING_WORKS, "works", "not the UEFI clock's time" },
	{ { .pairing_seconds_off = -HOURS_16 - 1 }, PAIRING_WORKS, "works", "not the UEFI clock's time" },
	{ { .no_page = true }, PAIRING_UNTRIED, "untried", NULL },
	{ { .sev_status = 1 }, PAIRING_UNTRIED, "untried", NULL },
	{ { .sev_status = 3, .shares_page = true }, PAIRING_UNTRIED, "untried", NULL },
};

/* The line of the console, or "" for none. */
static char *line_of(const struct report *report, const char *beginning)
{
	g_autofree char *table = printed(probe_table, report);
	g_auto(GStrv) lines = g_strsplit(table, "\r\n", 0);

	for (size_t i = 0; lines[i] != NULL; i++)
		if (g_str_has_prefix(lines[i], beginning))
			return g_strdup(lines[i]);
	return g_strdup("");
}

static void test_pairing(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_kvm kvm = rows[i].kvm;
		g_autofree char *line = NULL, *expected = NULL;
		const json_t *pairing;
		struct report report;
		json_t *root;
		size_t length;

		g_test_message("row %zu", i);
		kvm.is_kvm = true;
		kvm.features = expected_offered();
		fake_probe_cleanly(&kvm, false, &report);
		g_assert_cmpint(report.probe.pairing, ==, rows[i].result);
		root = parsed_report(&report, REPORT_SIZE_MAX, &length);
		pairing = json_object_get(json_object_get(root, "listening"), "clock_pairing");
		g_assert_cmpstr(text_at(pairing, "result"), ==, rows[i].name);
		if (rows[i].why == NULL)
			g_assert_null(json_object_get(pairing, "why"));
		else
			g_assert_cmpstr(text_at(pairing, "why"), ==, rows[i].why);
		json_decref(root);
		line = line_of(&report, "CLOCK_PAIRING");
		expected = g_strdup_printf("CLOCK_PAIRING (hypercall 9): %s%s%s%s", rows[i].name,
			rows[i].why != NULL ? " (" : "", rows[i].why != NULL ? rows[i].why : "",
			rows[i].why != NULL ? ")" : "");
		g_assert_cmpstr(line, ==, rows[i].result == PAIRING_UNTRIED ? "" : expected);
		g_assert_cmpuint(strlen(line), <, 80);
		/* It is no feature: it decides nothing. */
		g_assert_false(probe_contradicts(&report.probe, true));
	}
}

/* Where no KVM answers, the number of a hypercall means nothing. */
static void test_no_kvm(void)
{
	struct fake_kvm kvm = { .is_kvm = false };
	struct report report;

	fake_probe(&kvm, true, &report);
	g_assert_cmpint(report.probe.pairing, ==, PAIRING_UNTRIED);
}

static void test_adjust(void)
{
	static const uint64_t values[] = { 1, 0xfffffffffffff000 };
	struct fake_kvm kvm = { .is_kvm = true };
	g_autofree char *none = NULL;
	struct report report;

	fake_probe(&kvm, false, &report);
	g_assert_false(report.probe.has_tsc_adjust);
	none = line_of(&report, "TSC");
	g_assert_cmpstr(none, ==, "");
	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autofree char *line = NULL, *expected = NULL, *step = NULL, *whole = NULL;
		json_t *root;
		size_t length;

		kvm = (struct fake_kvm){ .is_kvm = true, .tsc_adjust = values[i] };
		fake_probe(&kvm, false, &report);
		g_assert_true(report.probe.has_tsc_adjust);
		line = line_of(&report, "TSC");
		expected = g_strdup_printf(
			"TSC: not said to be invariant, TSC_ADJUST 0x%" G_GINT64_MODIFIER "x", values[i]);
		g_assert_cmpstr(line, ==, expected);
		step = g_strdup_printf("[\"rdmsr\",\"0x0000003b\",\"0x%" G_GINT64_MODIFIER "x\"]", values[i]);
		root = parsed_report(&report, REPORT_SIZE_MAX, &length);
		whole = json_dumps(json_object_get(root, "listening"), JSON_COMPACT);
		g_assert_nonnull(strstr(whole, step));
		json_decref(root);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-facts/pairing", test_pairing);
	g_test_add_func("/probe-facts/no-kvm", test_no_kvm);
	g_test_add_func("/probe-facts/adjust", test_adjust);
	return g_test_run();
}
