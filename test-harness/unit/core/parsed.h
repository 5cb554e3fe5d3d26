/* SPDX-License-Identifier: BSD-2-Clause */
/* The report's document, read by an independent JSON parser. */
#ifndef KVMLEAF_UNIT_CORE_PARSED_H
#define KVMLEAF_UNIT_CORE_PARSED_H

#include <glib.h>
#include <jansson.h>
#include <string.h>

#include "core/output/report_json.h"

enum { GUARD = 64, GUARD_BYTE = 0xa5 };

/* Runs report_json(), with guard bytes around the buffer; NULL where it returned 0. */
static inline json_t *parsed_report(const struct report *report, size_t capacity, size_t *ret_length)
{
	g_autofree uint8_t *buffer = g_malloc(capacity + 2 * (gsize)GUARD);
	json_error_t error;
	json_t *root;

	memset(buffer, GUARD_BYTE, capacity + 2 * (gsize)GUARD);
	*ret_length = report_json(report, (char *)buffer + GUARD, capacity);
	g_assert_cmpuint(*ret_length, <=, capacity);
	for (size_t i = 0; i < GUARD; i++) {
		g_assert_cmphex(buffer[i], ==, GUARD_BYTE);
		g_assert_cmphex(buffer[GUARD + capacity + i], ==, GUARD_BYTE);
	}
	if (*ret_length == 0)
		return NULL;
	for (size_t i = 0; i < *ret_length; i++)
		g_assert_true(buffer[GUARD + i] == '\n' || (buffer[GUARD + i] >= ' ' && buffer[GUARD + i] <= '~'));
	root = json_loadb((const char *)buffer + GUARD, *ret_length, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		g_error("not JSON: %s at %d of %zu", error.text, error.position, *ret_length);
	return root;
}

static inline const char *text_at(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	g_assert_true(json_is_string(value));
	return json_string_value(value);
}

static inline json_int_t number_at(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	g_assert_true(json_is_integer(value));
	return json_integer_value(value);
}

/* "0x" and eight lower-case digits. */
static inline void assert_hex(const json_t *value, uint32_t expected)
{
	g_autofree char *spelled = g_strdup_printf("0x%08x", expected);

	g_assert_cmpstr(json_string_value(value), ==, spelled);
}

static inline void assert_hex_at(const json_t *object, const char *key, uint32_t expected)
{
	assert_hex(json_object_get(object, key), expected);
}

/* The strings of an array, separated by commas. */
static inline void assert_strings(const json_t *array, const char *expected)
{
	g_autoptr(GString) strings = g_string_new(NULL);

	g_assert_true(json_is_array(array));
	for (size_t i = 0; i < json_array_size(array); i++)
		g_string_append_printf(strings, "%s%s", i > 0 ? "," : "", json_string_value(json_array_get(array, i)));
	g_assert_cmpstr(strings->str, ==, expected);
}

#endif
