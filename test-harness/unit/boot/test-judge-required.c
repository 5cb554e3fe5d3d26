/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What --require and --forbid ask is told to the app too, so that its status must say what came of it. The app's status
 * and the harness's own reading of the report are held against each other.
 */
#include <string.h>

#include "kvmleaf/exit_status.h"
#include "kvmleaf/kvm_abi.h"
#include "unit/fake/judged.h"

#define DISAGREES "though --require or --forbid does not hold"

/* The good guest has PV_EOI (bit 6), and neither ASYNC_PF_VMEXIT (bit 10) nor the hint (EDX bit 0). */
static const struct {
	const char *key, *value;
	const char *status; /* the app's own, which the case takes over as run_boot does */
	gboolean has_report;
	gboolean required;
	gboolean disagrees; /* the status is not what the report says that it should be */
} rows[] = {
	{ "set", "kvm-pv-eoi", "pass", TRUE, TRUE, FALSE },
	{ "set", "kvm-asyncpf-vmexit", "pass", TRUE, TRUE, TRUE },
	{ "set", "kvm-asyncpf-vmexit", "expectation", TRUE, TRUE, FALSE },
	{ "set", "kvm-asyncpf-vmexit", "internal", TRUE, TRUE, TRUE },
	{ "set", "kvm-pv-eoi,kvm-asyncpf-vmexit", "pass", TRUE, TRUE, TRUE },
	{ "set", "kvm-hint-dedicated", "pass", TRUE, TRUE, TRUE },
	{ "set", "kvm-hint-dedicated", "expectation", TRUE, TRUE, FALSE },
	{ "clear", "kvm-asyncpf-vmexit", "pass", TRUE, TRUE, FALSE },
	{ "clear", "kvm-hint-dedicated", "pass", TRUE, TRUE, FALSE },
	{ "clear", "kvm-pv-eoi", "pass", TRUE, TRUE, TRUE },
	{ "clear", "kvm-pv-eoi", "expectation", TRUE, TRUE, FALSE },
	/* The app of a plain case is not told what the case expects, and passes. */
	{ "set", "kvm-asyncpf-vmexit", "pass", TRUE, FALSE, FALSE },
	{ "clear", "kvm-pv-eoi", "pass", TRUE, FALSE, FALSE },
	/* Without a report there is nothing to hold the status against. */
	{ "set", "kvm-asyncpf-vmexit", "pass", FALSE, TRUE, FALSE },
};

/* The values are those of DESIGN's exit table, which is README's too. */
static int exit_value_of(const char *status)
{
	return strcmp(status, "pass") == 0 ? 0x10 : strcmp(status, "expectation") == 0 ? 0x11 : 0x1f;
}

static void test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *status = g_strconcat("status=", rows[i].status, NULL);
		struct sample sample;
		struct judged judged;

		g_test_message("%s = %s, status %s", rows[i].key, rows[i].value, rows[i].status);
		sample_init(&sample);
		g_assert_true(case_set_key(sample.boot_case, rows[i].key, rows[i].value, NULL));
		sample.boot_case->required = rows[i].required;
		sample.boot_case->status = g_strdup(rows[i].status);
		sample.result.exit_value = exit_value_of(rows[i].status);
		sample_replace(sample.console, "status=pass", status);
		if (!rows[i].has_report)
			g_string_truncate(sample.report, 0);
		sample_judge(&sample, &judged);
		g_assert_cmpint(sample_has_words(judged.wrong, DISAGREES), ==, rows[i].disagrees);
		judged_clear(&judged);
		sample_clear(&sample);
	}
}

/* An app that only prints its help or its version passes and has no report, so nothing that was required is shown. */
static void test_no_report(void)
{
	static const char *const arguments[] = { "--require=kvm-pv-eoi --help", "--version" };

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(arguments); i++) {
		struct sample sample;
		struct judged judged;

		sample_init(&sample);
		g_free(sample.boot_case->arguments);
		sample.boot_case->arguments = g_strdup(arguments[i / 2]);
		sample.boot_case->required = i % 2 == 0;
		sample.result.from_store = FALSE;
		g_string_truncate(sample.report, 0);
		sample_replace(sample.console, "report=written", "report=off");
		sample_judge(&sample, &judged);
		g_assert_cmpint(sample_has_words(judged.wrong, "there is no report"), ==, sample.boot_case->required);
		g_assert_cmpuint(judged.wrong->len, ==, sample.boot_case->required ? 1 : 0);
		judged_clear(&judged);
		sample_clear(&sample);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/judge/required", test_rows);
	g_test_add_func("/judge/required-without-report", test_no_report);
	return g_test_run();
}
