/* SPDX-License-Identifier: BSD-2-Clause */
#include "report_access.h"

uint32_t report_hex(const json_t *string)
{
	return (uint32_t)g_ascii_strtoull(json_string_value(string) ?: "0", NULL, 16);
}

uint32_t report_hex_member(const json_t *object, const char *key)
{
	return report_hex(json_object_get(object, key));
}

const char *report_string_member(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

json_t *report_row(const json_t *rows, const char *key, const char *value)
{
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
	{
		if (g_strcmp0(report_string_member(row, key), value) == 0)
			return row;
	}
	return NULL;
}

gboolean report_has_problem(const json_t *report, const char *problem)
{
	return report_row(json_object_get(report, "problems"), "problem", problem) != NULL;
}

void add_line(GPtrArray *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(lines, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}
