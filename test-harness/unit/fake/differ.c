/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/differ.h"

#include <glib.h>

#include "report/diff.h"

char *quoted(const char *text)
{
	return g_strdelimit(g_strdup(text), "'", '"');
}

json_t *report_of(const char *text)
{
	g_autofree char *document = quoted(text);
	json_error_t error;
	json_t *report = json_loads(document, JSON_REJECT_DUPLICATES, &error);

	if (report == NULL)
		g_error("%s at %d of %s", error.text, error.position, document);
	return report;
}

void assert_differ(const char *a, const char *b, const char *expected)
{
	json_t *report_a = report_of(a);
	json_t *report_b = report_of(b);
	g_autoptr(GPtrArray) lines = diff_reports(report_a, report_b);
	g_autoptr(GPtrArray) none = diff_reports(report_a, report_a);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(lines, i));
	g_assert_cmpstr(text->str, ==, expected);
	g_assert_cmpuint(none->len, ==, 0);
	json_decref(report_a);
	json_decref(report_b);
}
