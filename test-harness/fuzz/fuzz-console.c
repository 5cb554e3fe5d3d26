/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The output of a guest on its serial port. The first byte of the input says in bit 0 whether the guest's shell starts
 * the app, and in the other bits in pieces of what length the output arrives. The output follows.
 */
#include <string.h>

#include "guest/console.h"
#include "fuzz.h"

static void count_line(gpointer context, const char *line)
{
	unsigned *count = context;

	MUST(strpbrk(line, "\r\n") == NULL);
	++*count;
}

static void feed(struct console *console, const uint8_t *data, size_t size, size_t piece)
{
	for (size_t at = 0; at < size; at += piece)
		console_feed(console, (const char *)data + at, MIN(piece, size - at));
}

static void same_pairs(GHashTable *a, GHashTable *b)
{
	GHashTableIter iter;
	gpointer key, value;

	MUST((a == NULL) == (b == NULL));
	if (a == NULL)
		return;
	MUST(g_hash_table_size(a) == g_hash_table_size(b));
	g_hash_table_iter_init(&iter, a);
	while (g_hash_table_iter_next(&iter, &key, &value))
		MUST(g_strcmp0(value, g_hash_table_lookup(b, key)) == 0);
}

/* The result does not depend on the length of the pieces. */
static void same(const struct console *a, const struct console *b)
{
	MUST(g_string_equal(a->raw, b->raw) && g_string_equal(a->line, b->line));
	MUST(a->begun == b->begun && a->in_json == b->in_json && (a->dead_end != NULL) == (b->dead_end != NULL));
	MUST((a->json == NULL) == (b->json == NULL) && (a->json == NULL || g_string_equal(a->json, b->json)));
	MUST(a->lines->len == b->lines->len);
	for (guint i = 0; i < a->lines->len; i++)
		MUST(strcmp(g_ptr_array_index(a->lines, i), g_ptr_array_index(b->lines, i)) == 0);
	same_pairs(a->end, b->end);
}

static void tail_holds(const struct console *console)
{
	g_autofree char *tail = console_tail(console, 5);
	unsigned lines = 0;

	for (const char *c = tail; *c != '\0'; c++) {
		MUST(*c == '\n' || (*c >= ' ' && *c <= '~'));
		lines += *c == '\n';
	}
	MUST(lines < 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct console whole, cut;
	unsigned lines = 0;

	if (size == 0 || size > CONSOLE_KEPT_MAX)
		return 0;
	console_init(&whole, count_line, &lines);
	console_init(&cut, NULL, NULL);
	whole.by_shell = cut.by_shell = data[0] & 1;
	feed(&whole, data + 1, size - 1, size);
	feed(&cut, data + 1, size - 1, (data[0] >> 1) + 1);
	MUST(whole.raw->len == size - 1 && !whole.flooded);
	MUST(lines == whole.lines->len);
	MUST(whole.end == NULL || g_str_has_prefix(g_ptr_array_index(whole.lines, lines - 1), "KVMLEAF-END "));
	MUST(lines == 0 || g_str_has_prefix(g_ptr_array_index(whole.lines, 0), "KVMLEAF-BEGIN "));
	same(&whole, &cut);
	tail_holds(&whole);
	console_clear(&whole);
	console_clear(&cut);
	return 0;
}
