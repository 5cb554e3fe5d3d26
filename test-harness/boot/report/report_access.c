/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report_access.h"

#include "core/base/kvm_names.h"

#include <string.h>

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

	json_array_foreach (rows, i, row) {
		if (g_strcmp0(report_string_member(row, key), value) == 0)
			return row;
	}
	return NULL;
}

gboolean report_has_problem(const json_t *report, const char *problem)
{
	return report_row(json_object_get(report, "problems"), "problem", problem) != NULL;
}

/* NUL bytes are searched for here, since jansson takes a NUL after a number for the end of the text. */
json_t *report_parse(const char *bytes, gsize length, char **ret_wrong)
{
	const char *nul = memchr(bytes, '\0', length);
	json_error_t json_error;
	json_t *root = NULL;

	*ret_wrong = NULL;
	if (nul != NULL)
		*ret_wrong = g_strdup_printf("byte %zu of %zu is NUL", (size_t)(nul - bytes) + 1, (size_t)length);
	else if ((root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &json_error)) == NULL)
		*ret_wrong =
			g_strdup_printf("line %d, column %d: %s", json_error.line, json_error.column, json_error.text);
	else if (!json_is_object(root))
		*ret_wrong = g_strdup("it is not an object");
	if (*ret_wrong != NULL)
		g_clear_pointer(&root, json_decref);
	return root;
}

void add_line(GPtrArray *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(lines, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

uint32_t report_features(const json_t *report, enum kvm_register reg)
{
	return report_hex_member(json_object_get(report, "kvm"), cpuid_register_key(kvm_register_of(reg)));
}

const char *report_register(enum kvm_register reg)
{
	return cpuid_register_name(kvm_register_of(reg));
}
