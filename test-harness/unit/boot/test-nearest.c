/* SPDX-License-Identifier: BSD-2-Clause */
/* The name that a person most likely meant. The distances are counted by hand. */
#include "base/nearest.h"

#include <string.h>

#define NAMES_MAX 4

static const struct {
	const char *word;
	const char *names[NAMES_MAX]; /* a NULL ends them */
	const char *nearest;
} rows[] = {
	/* Nothing to do; one insertion, deletion, change or swap of neighbours. */
	{ "boot", { "boot" }, "boot" },
	{ "bot", { "boot" }, "boot" },
	{ "booot", { "boot" }, "boot" },
	{ "boat", { "boot" }, "boot" },
	{ "obot", { "boot" }, "boot" },
	{ "boto", { "boot" }, "boot" },
	/* A third of the word's length: two steps of six characters, and of eight; three of nine. */
	{ "abcdef", { "abcdxy" }, "abcdxy" },
	{ "abcdef", { "abcxyz" }, NULL },
	{ "abcdefgh", { "abcdefxy" }, "abcdefxy" },
	{ "abcdefgh", { "abcdexyz" }, NULL },
	{ "abcdefghi", { "abcdefxyz" }, "abcdefxyz" },
	{ "abcdefghi", { "abcdewxyz" }, NULL },
	/* One step in any case, however short the word is. */
	{ "a", { "b" }, "b" },
	{ "", { "a" }, "a" },
	{ "ab", { "xy" }, NULL },
	{ "", { "ab" }, NULL },
	/* The nearest of several; of equally near ones the first. */
	{ "timeot", { "smp", "timeot1", "timeout" }, "timeot1" },
	{ "cold", { "gold", "bold" }, "gold" },
	{ "cold", { "bold", "gold", "cold" }, "cold" },
	/* Empty names stand for those that do not count. */
	{ "a", { "", "b" }, "b" },
	{ "a", { "" }, NULL },
	{ "", { "" }, NULL },
	{ "boot", { NULL }, NULL },
	/* A swapped pair is not changed again: "ca" to "abc" are three steps, where the unrestricted distance has two.
	 */
	{ "cadefghi", { "abcdefghi" }, NULL },
	{ "Boot", { "boot" }, "boot" },
};

static void test_rows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize count = 0;

		while (count < NAMES_MAX && rows[i].names[count] != NULL)
			count++;
		g_test_message("\"%s\"", rows[i].word);
		g_assert_cmpstr(nearest(rows[i].word, rows[i].names, count), ==, rows[i].nearest);
	}
}

/* Words and names of up to 64 characters are compared; what is longer is near to nothing, not even to itself. */
static void test_long(void)
{
	g_autofree char *at = g_strnfill(64, 'x'), *above = g_strnfill(65, 'x'), *far_above = g_strnfill(100000, 'x');
	const char *one[] = { at }, *two[] = { above };

	g_assert_true(nearest(at, one, 1) == at);
	g_assert_null(nearest(above, one, 1));
	g_assert_null(nearest(at, two, 1));
	g_assert_null(nearest(above, two, 1));
	g_assert_null(nearest(far_above, one, 1));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nearest/rows", test_rows);
	g_test_add_func("/nearest/long", test_long);
	return g_test_run();
}
