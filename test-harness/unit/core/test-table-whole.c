/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The largest report that is possible is shown whole: neither the table nor the last line depends on the size of the
 * buffer that they pass through, and what the report itself has no room for is counted in the table and the document.
 */
#include "core/output/report_table.h"
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "unit/fake/largest.h"

enum { ONCE_ENOUGH = 16 * 1024 }; /* bytes of the app's console buffer when it cut the table */

static void take(struct text *text)
{
	g_string_append_len((GString *)text->context, text->data, (gssize)(text->length - text->flushed));
	text->flushed = text->length;
}

/* The table and the last line, through a buffer of that size. */
static GString *shown(const struct report *report, size_t capacity)
{
	g_autofree char *buffer = g_malloc(capacity);
	GString *whole = g_string_new(NULL);
	struct text out;

	text_init(&out, buffer, capacity);
	out.flush = take;
	out.context = whole;
	table_body(&out, report);
	table_end(&out, report, REPORT_UNCHANGED, STATUS_NOT_STORED);
	g_assert_false(out.overflow);
	take(&out);
	return whole;
}

static void test_any_buffer(void)
{
	static const size_t capacities[] = { 1, 2, 78, 79, 80, 1000, 2047, 2048, 2049, ONCE_ENOUGH };
	g_autofree struct report *report = g_new(struct report, 1);
	g_autofree char *body = NULL;

	report_largest(report);
	body = printed(table_body, report);
	g_assert_cmpuint(strlen(body), >, ONCE_ENOUGH);
	for (size_t i = 0; i < G_N_ELEMENTS(capacities); i++) {
		g_autoptr(GString) whole = shown(report, capacities[i]);

		g_assert_cmpmem(whole->str, strlen(body), body, strlen(body));
		g_assert_true(g_str_has_prefix(whole->str + strlen(body), "KVMLEAF-END verdict=kvm-behind "));
		g_assert_true(g_str_has_suffix(whole->str, " report=unchanged status=not-stored\r\n"));
		g_assert_true(strchr(whole->str + strlen(body), '\n') == whole->str + whole->len - 1);
	}
}

/* Each list is there to its last row, and the number of those beyond it. */
static void test_every_row(void)
{
	static const struct {
		const char *words;
		unsigned times;
	} rows[] = { { "  max leaf 0xffffffff\r\n", BLOCKS_MAX },
		{ "DIFFERS: 4294967295 vCPUs (APIC ", VCPU_DIFFERENCES_MAX },
		{ "DIFFERS: more, not listed: 4294967295\r\n", 1 }, { "SILENT: 4294967295 vCPUs (APIC ", 1 },
		{ "      GetNumberOfProcessors: EFI status 4294967295\r\n", PROBLEMS_MAX },
		{ "Note: more problems, not listed: 4294967295\r\n", 1 },
		{ "FAILS: require KVM_FEATURE_CLOCKSOURCE_STABLE_BIT\r\n", EXPECTATIONS_MAX },
		{ "    set: KVM_FEATURE_CLOCKSOURCE_STABLE_BIT\r\n", VCPU_DIFFERENCES_MAX },
		{ " cannot be tested here (only a promise)\r\n", KVM_FEATURE_ROWS } };
	g_autofree struct report *report = g_new(struct report, 1);
	g_autofree char *body = NULL;

	report_largest(report);
	body = printed(table_body, report);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) parts = g_strsplit(body, rows[i].words, 0);

		g_assert_cmpuint(g_strv_length(parts) - 1, ==, rows[i].times);
	}
}

static void test_no_more_problems(void)
{
	struct report report = { .problem_count = 0 };
	g_autofree char *body = printed(table_body, &report);
	g_autofree char *one = NULL;

	g_assert_null(strstr(body, "not listed"));
	report.problems_dropped = 1;
	one = printed(table_body, &report);
	g_assert_true(g_str_has_suffix(one, "\r\nNote: more problems, not listed: 1\r\n"));
}

/*
 * The document is never cut without a word. It always fits the app's buffer, and even the variable of a 2 MiB OVMF,
 * 8,132 bytes with its name; what it then lacks is under "missing", "problems_dropped" and "differing_dropped".
 */
static void test_document(void)
{
	static const size_t capacities[] = { REPORT_SIZE_MAX, 8132 - 2 * sizeof(REPORT_VARIABLE_NAME) };
	g_autofree struct report *report = g_new(struct report, 1);

	report_largest(report);
	for (size_t i = 0; i < G_N_ELEMENTS(capacities); i++) {
		size_t length;
		json_t *root = parsed_report(report, capacities[i], &length);

		g_assert_nonnull(root);
		/* The 32 differing registers alone, with their names and ranges of ids, take more than 32 KiB. */
		assert_strings(json_object_get(root, "missing"),
			"leaves-outside-kvm,probe-steps,leaves,problems,blocks,differing-vcpus");
		g_assert_cmpint(number_at(root, "problems_dropped"), ==, UINT32_MAX);
		g_assert_cmpint(number_at(json_object_get(root, "vcpus"), "differing_dropped"), ==, UINT32_MAX);
		g_assert_cmpuint(json_array_size(json_object_get(root, "probe")), ==, KVM_FEATURE_ROWS);
		g_assert_cmpuint(json_array_size(json_object_get(root, "expectations")), ==, EXPECTATIONS_MAX);
		json_decref(root);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table-whole/any-buffer", test_any_buffer);
	g_test_add_func("/table-whole/every-row", test_every_row);
	g_test_add_func("/table-whole/no-more-problems", test_no_more_problems);
	g_test_add_func("/table-whole/document", test_document);
	return g_test_run();
}
