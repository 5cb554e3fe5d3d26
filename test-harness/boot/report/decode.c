/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"

#include "base/error.h"
#include "base/input.h"
#include "core/judge/examine.h"
#include "core/judge/judge.h"
#include "core/output/report_json.h"
#include "core/output/report_table.h"

/* Larger than in the app, whose report is limited by the variable store. */
enum { TABLE_SIZE = 256 * 1024, JSON_SIZE = 1024 * 1024, ERROR_SIZE = 512 };

struct report *decode_dump(const char *text, gsize length, GError **error)
{
	g_autofree struct dump *dump = g_new(struct dump, 1);
	g_autofree struct report *report = g_new0(struct report, 1);
	char words[ERROR_SIZE];
	struct text wrong;

	text_init(&wrong, words, sizeof(words));
	dump_init(dump, text, length);
	if (!examine_dump(dump, report, &wrong)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%.*s", (int)wrong.length, words);
		return NULL;
	}
	return g_steal_pointer(&report);
}

struct report *decode_file(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	struct report *report;

	if (!input_read(path, &text, &length, error))
		return NULL;
	report = decode_dump(text, length, error);
	if (report == NULL)
		g_prefix_error(error, "%s: ", path);
	return report;
}

char *decode_json(const struct report *report)
{
	char *json = g_malloc(JSON_SIZE + 1);
	size_t length = report_json(report, json, JSON_SIZE);

	json[length] = '\0';
	return g_realloc(json, length + 1);
}

char *decode_table(const struct report *report)
{
	g_autofree char *buffer = g_malloc(TABLE_SIZE);
	g_autoptr(GString) table = NULL;
	struct text out;

	text_init(&out, buffer, TABLE_SIZE);
	table_begin(&out, report->source);
	table_body(&out, report);
	table_end(&out, report, REPORT_OFF, judge_status(report));
	table = g_string_new_len(buffer, (gssize)out.length);
	g_string_replace(table, "\r\n", "\n", 0);
	return g_strdup(table->str);
}
