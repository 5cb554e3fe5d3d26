/* SPDX-License-Identifier: BSD-2-Clause */
/* What core writes into a text, checked as a terminal or a JSON parser would. */
#ifndef KVMLEAF_UNIT_CORE_PRINTED_H
#define KVMLEAF_UNIT_CORE_PRINTED_H

#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "core/report/report.h"
#include "core/base/text.h"

enum { PRINTED_MAX = 64 * 1024, PRINTED_COLUMNS = 79 };

typedef void printer(struct text *out, const struct report *report);

/* Returns what print writes. Every line must be printable ASCII of at most 79 columns and end with CR LF. */
static inline char *printed(printer *print, const struct report *report)
{
	g_autofree char *buffer = g_malloc(PRINTED_MAX);
	struct text out;
	g_auto(GStrv) lines = NULL;
	char *whole;

	text_init(&out, buffer, PRINTED_MAX);
	print(&out, report);
	g_assert_false(out.overflow);
	whole = g_strndup(buffer, out.length);
	g_assert_cmpuint(strlen(whole), ==, out.length);
	g_assert_true(out.length == 0 || g_str_has_suffix(whole, "\r\n"));
	lines = g_strsplit(whole, "\r\n", 0);
	for (char **line = lines; *line != NULL; line++) {
		g_assert_cmpuint(strlen(*line), <=, PRINTED_COLUMNS);
		for (const char *c = *line; *c != '\0'; c++)
			g_assert_true(*c >= ' ' && *c <= '~');
	}
	return whole;
}

/* Returns the JSON members that print writes, as an object. */
static inline json_t *printed_members(printer *print, const struct report *report)
{
	g_autofree char *buffer = g_malloc(PRINTED_MAX);
	json_error_t error;
	struct text out;
	json_t *root;

	text_init(&out, buffer, PRINTED_MAX);
	text_char(&out, '{');
	print(&out, report);
	text_char(&out, '}');
	g_assert_false(out.overflow);
	root = json_loadb(buffer, out.length, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		g_error("not JSON: %s at %d of %.*s", error.text, error.position, (int)out.length, buffer);
	return root;
}

#endif
