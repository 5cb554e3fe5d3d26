/* SPDX-License-Identifier: BSD-2-Clause */
/* The document's tokens: where a comma is written, and which characters of a string are kept. */
#include "core/base/json.h"

#include <glib.h>
#include <string.h>

enum { SIZE = 512 };

/* Writes behind the text before, which has memory of its own, so that ASan notices reads in front of it. */
static void assert_after(const char *before, void (*write)(struct text *json), const char *expected)
{
	g_autofree char *buffer = g_malloc(SIZE);
	g_autofree char *whole = g_strconcat(before, expected, NULL);
	struct text json;

	text_init(&json, buffer, SIZE);
	text_string(&json, before);
	write(&json);
	g_assert_cmpmem(buffer, json.length, whole, strlen(whole));
}

static void key(struct text *json)
{
	json_key(json, "k");
}

static void test_commas(void)
{
	assert_after("", key, "\"k\":");
	assert_after("{", key, "\"k\":");
	assert_after("1", key, ",\"k\":");
	assert_after("{\"a\":[", key, ",\"k\":");
	assert_after("{\"a\":{}", key, ",\"k\":");
	assert_after("", json_separator, "");
	assert_after("[", json_separator, "");
	assert_after("1", json_separator, ",");
	assert_after("[{", json_separator, ",");
	assert_after("[[]", json_separator, ",");
}

/* RFC 8259: quotation mark and backslash are escaped. Other bytes than printable ASCII become '?'. */
static void test_characters(void)
{
	for (int c = 0; c < 256; c++) {
		char string[] = { 'a', (char)c, 'b' };
		const char *kept = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;
		g_autofree char *expected = kept != NULL ? g_strdup_printf("\"a%sb\"", kept)
							 : g_strdup_printf("\"a%cb\"", c < 32 || c > 126 ? '?' : c);
		char buffer[16];
		struct text json;

		text_init(&json, buffer, sizeof(buffer));
		json_quoted(&json, string, sizeof(string));
		g_assert_cmpmem(buffer, json.length, expected, strlen(expected));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json-tokens/commas", test_commas);
	g_test_add_func("/json-tokens/characters", test_characters);
	return g_test_run();
}
