/* SPDX-License-Identifier: BSD-2-Clause */
/* Results as TAP 14 (testanything.org/tap-version-14-specification.html), and their counts. */
#include "run/tap.h"

#include <stdio.h>
#include <string.h>

#include "unit/fake/captured.h"

static const struct tap_entry *entry_of(const struct tap *tap, guint i)
{
	g_assert_cmpuint(i, <, tap->results->len);
	return g_ptr_array_index(tap->results, i);
}

static void assert_counts(const struct tap *tap, unsigned pass, unsigned fail, unsigned error, unsigned skip)
{
	g_assert_cmpuint(tap->count[TAP_PASS], ==, pass);
	g_assert_cmpuint(tap->count[TAP_FAIL], ==, fail);
	g_assert_cmpuint(tap->count[TAP_ERROR], ==, error);
	g_assert_cmpuint(tap->count[TAP_SKIP], ==, skip);
	g_assert_cmpuint(tap->results->len, ==, pass + fail + error + skip);
}

static void test_plan(void)
{
	struct tap tap = { 0 };
	g_autofree char *output = NULL, *errors = NULL, *skipped = NULL, *none = NULL;

	captured_begin();
	tap_begin(&tap, 3, NULL);
	captured_end(&output, &errors);
	g_assert_cmpstr(output, ==, "TAP version 14\n1..3\n");
	g_assert_cmpuint(tap.planned, ==, 3);
	g_assert_cmpuint(tap.results->len, ==, 0);
	tap_clear(&tap);
	g_assert_null(tap.results);
	captured_begin();
	tap_begin(&tap, 0, "nothing here");
	captured_end(&skipped, &none);
	g_assert_cmpstr(skipped, ==, "TAP version 14\n1..0 # SKIP nothing here\n");
	tap_clear(&tap);
}

/* A set-up error is "not ok" too, since TAP has only two outcomes. */
static void test_lines(void)
{
	struct tap tap = { 0 };
	g_autofree char *output = NULL, *errors = NULL;

	captured_begin();
	tap_begin(&tap, 6, NULL);
	tap_result(&tap, "plain", TAP_PASS, NULL, NULL, 0.5);
	tap_result(&tap, "noted", TAP_PASS, NULL, "silent: QEMU\r\nand more", 0);
	tap_result(&tap, "skipped", TAP_SKIP, NULL, "no KVM", 0);
	tap_complain(&tap, "broken", TAP_FAIL, "first\nsecond", 1.25);
	tap_complain(&tap, "untried", TAP_ERROR, "disk full", 0);
	tap_result(&tap, "quiet", TAP_FAIL, NULL, NULL, 0);
	captured_end(&output, &errors);
	g_assert_cmpstr(output, ==,
		"TAP version 14\n1..6\n"
		"ok 1 - plain\n"
		"ok 2 - noted # silent: QEMU  and more\n"
		"ok 3 - skipped # SKIP no KVM\n"
		"not ok 4 - broken\n# first\n# second\n"
		"not ok 5 - untried # set-up error\n# disk full\n"
		"not ok 6 - quiet\n");
	assert_counts(&tap, 2, 2, 1, 1);
	g_assert_null(entry_of(&tap, 0)->note);
	g_assert_cmpfloat(entry_of(&tap, 0)->seconds, ==, 0.5);
	g_assert_cmpstr(entry_of(&tap, 2)->note, ==, "no KVM");
	g_assert_cmpstr(entry_of(&tap, 3)->text->str, ==, "first\nsecond");
	g_assert_cmpstr(entry_of(&tap, 3)->name, ==, "broken");
	g_assert_cmpfloat(entry_of(&tap, 3)->seconds, ==, 1.25);
	g_assert_cmpstr(entry_of(&tap, 5)->text->str, ==, "");
	tap_clear(&tap);
}

/* The note of a set-up error must not be where a directive is, or the outer program would not recognize it. */
static void test_note_of_an_error(void)
{
	struct tap tap = { 0 };
	g_autofree char *output = NULL, *errors = NULL;

	captured_begin();
	tap_begin(&tap, 2, NULL);
	tap_result(&tap, "a", TAP_ERROR, NULL, "a note", 0);
	tap_result(&tap, "b", TAP_FAIL, NULL, "a note", 0);
	captured_end(&output, &errors);
	g_assert_true(g_str_has_suffix(output, "not ok 1 - a # set-up error\nnot ok 2 - b # a note\n"));
	tap_clear(&tap);
}

static void test_several_complaints(void)
{
	struct tap tap = { 0 };
	g_autoptr(GPtrArray) complaints = g_ptr_array_new();
	g_autofree char *output = NULL, *errors = NULL;

	g_ptr_array_add(complaints, (gpointer) "1");
	g_ptr_array_add(complaints, (gpointer) "two\nthree");
	captured_begin();
	tap_begin(&tap, 1, NULL);
	tap_result(&tap, "a", TAP_FAIL, complaints, NULL, 0);
	captured_end(&output, &errors);
	g_assert_true(g_str_has_suffix(output, "not ok 1 - a\n# 1\n# two\n# three\n"));
	g_assert_cmpstr(entry_of(&tap, 0)->text->str, ==, "1\ntwo\nthree");
	tap_clear(&tap);
}

static void test_no_skip(void)
{
	struct tap tap = { .no_skip = TRUE };
	g_autofree char *output = NULL, *errors = NULL;

	captured_begin();
	tap_begin(&tap, 2, NULL);
	tap_result(&tap, "a", TAP_SKIP, NULL, "no KVM", 0);
	tap_result(&tap, "b", TAP_PASS, NULL, "a note", 0);
	captured_end(&output, &errors);
	assert_counts(&tap, 1, 1, 0, 0);
	g_assert_true(g_str_has_suffix(
		output, "1..2\nnot ok 1 - a\n# skipped, and --no-skip was given: no KVM\nok 2 - b # a note\n"));
	g_assert_cmpint(entry_of(&tap, 0)->outcome, ==, TAP_FAIL);
	g_assert_null(entry_of(&tap, 0)->note);
	g_assert_nonnull(strstr(entry_of(&tap, 0)->text->str, "no KVM"));
	tap_clear(&tap);
}

/* A note or a reason stays on one line, whatever it contains: a second line could be taken for a result. */
static void test_lines_of_no_result(void)
{
	g_autofree char *output = NULL, *errors = NULL;

	captured_begin();
	tap_note("%d guests\nok 1 - false\r", 4);
	tap_bail_out("the disk\nok 2 - is full");
	captured_end(&output, &errors);
	g_assert_cmpstr(output, ==, "# 4 guests ok 1 - false \nBail out! the disk ok 2 - is full\n");
}

static const struct {
	const char *line, *name, *note;
	enum tap_outcome outcome;
} relayed[] = {
	{ "ok 7 - a", "a", NULL, TAP_PASS },
	{ "ok 1 - a # a note", "a", "a note", TAP_PASS },
	{ "ok 1 - a # SKIP no KVM", "a", "no KVM", TAP_SKIP },
	{ "ok 1 - a # SKIP ", "a", "", TAP_SKIP },
	{ "ok 1 - a - b", "a - b", NULL, TAP_PASS },
	{ "ok 1 - a # one # two", "a", "one # two", TAP_PASS },
	{ "not ok 2 - a", "a", NULL, TAP_FAIL },
	{ "not ok 2 - a # a note", "a", "a note", TAP_FAIL },
	{ "not ok 2 - a # SKIP no KVM", "a", "SKIP no KVM", TAP_FAIL },
	{ "not ok 2 - a # set-up error", "a", NULL, TAP_ERROR },
	{ "not ok 2 - a # set-up error and more", "a", "set-up error and more", TAP_FAIL },
	{ "ok 2 - a # set-up error", "a", "set-up error", TAP_PASS },
};

/* The results of an inner TAP stream get numbers of the outer one. */
static void test_relay(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(relayed); i++) {
		struct tap tap = { 0 };
		struct tap_entry *current = NULL;
		g_autofree char *output = NULL, *errors = NULL, *name = tap_name_of(relayed[i].line);

		g_test_message("%s", relayed[i].line);
		captured_begin();
		tap_begin(&tap, 1, NULL);
		tap_relay(&tap, relayed[i].line, 0.5, &current);
		captured_end(&output, &errors);
		g_assert_cmpstr(name, ==, relayed[i].name);
		g_assert_true(current == entry_of(&tap, 0));
		g_assert_cmpstr(current->name, ==, relayed[i].name);
		g_assert_cmpint(current->outcome, ==, relayed[i].outcome);
		g_assert_cmpstr(current->note, ==, relayed[i].note);
		g_assert_cmpfloat(current->seconds, ==, 0.5);
		g_assert_cmpuint(tap.count[relayed[i].outcome], ==, 1);
		g_assert_nonnull(strstr(output, "ok 1 - a"));
		tap_clear(&tap);
	}
}

static void test_relay_of_other_lines(void)
{
	static const char *const lines[] = { "TAP version 14", "1..3", "# a word", "ok 1", "ok", "okay 1 - a",
		"notok 1 - a", " ok 1 - a", "", "Bail out! x - y", "# ok 1 - a" };
	struct tap tap = { 0 };
	struct tap_entry *current = NULL;
	g_autofree char *output = NULL, *errors = NULL;

	captured_begin();
	tap_begin(&tap, 1, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		tap_relay(&tap, lines[i], 0, &current);
	captured_end(&output, &errors);
	g_assert_cmpstr(output, ==, "TAP version 14\n1..1\n");
	g_assert_null(current);
	assert_counts(&tap, 0, 0, 0, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		g_assert_null(tap_name_of(lines[i]));
	tap_clear(&tap);
}

/* Counts the calls in which the new result is the last one of the list. */
static void note_result(gpointer context, const struct tap *tap)
{
	guint *told = context;

	*told += tap->results->len == *told + 1;
}

/* Two inner streams at the same time: the diagnostics of each belong to its own last result. */
static void test_diagnostics_of_two_streams(void)
{
	guint told = 0;
	struct tap tap = { .on_result = note_result, .context = &told };
	struct tap_entry *first = NULL, *second = NULL;
	g_autofree char *output = NULL, *errors = NULL;

	captured_begin();
	tap_begin(&tap, 2, NULL);
	tap_relay(&tap, "not ok 1 - a", 0, &first);
	tap_relay(&tap, "not ok 1 - b", 0, &second);
	tap_relay(&tap, "# of a", 0, &first);
	tap_relay(&tap, "# of b", 0, &second);
	tap_relay(&tap, "# of a too", 0, &first);
	captured_end(&output, &errors);
	g_assert_true(g_str_has_suffix(output, "not ok 1 - a\nnot ok 2 - b\n# of a\n# of b\n# of a too\n"));
	g_assert_cmpstr(entry_of(&tap, 0)->text->str, ==, "of a\nof a too");
	g_assert_cmpstr(entry_of(&tap, 1)->text->str, ==, "of b");
	g_assert_cmpuint(told, ==, 2);
	tap_clear(&tap);
}

enum { THREADS = 4, EACH = 50 };

static gpointer report_many(gpointer data)
{
	for (int i = 0; i < EACH; i++)
		tap_complain(data, "case", TAP_FAIL, "one\ntwo", 0);
	return NULL;
}

/* Results may come from any thread. Each is printed in one piece with its diagnostics, the numbers have no gap, and the
 * callback gets them in this order.
 */
static void test_threads(void)
{
	struct tap tap = { .on_result = note_result };
	GThread *threads[THREADS];
	g_autofree char *output = NULL, *errors = NULL;
	g_autoptr(GString) expected = g_string_new("TAP version 14\n1..200\n");
	guint told = 0;

	tap.context = &told;
	captured_begin();
	tap_begin(&tap, THREADS * EACH, NULL);
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("reporter", report_many, &tap);
	for (int i = 0; i < THREADS; i++)
		(void)g_thread_join(threads[i]);
	captured_end(&output, &errors);
	for (int i = 1; i <= THREADS * EACH; i++)
		g_string_append_printf(expected, "not ok %d - case\n# one\n# two\n", i);
	g_assert_cmpstr(output, ==, expected->str);
	g_assert_cmpuint(told, ==, THREADS * EACH);
	assert_counts(&tap, 0, THREADS * EACH, 0, 0);
	tap_clear(&tap);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tap/plan", test_plan);
	g_test_add_func("/tap/lines", test_lines);
	g_test_add_func("/tap/note-of-an-error", test_note_of_an_error);
	g_test_add_func("/tap/several-complaints", test_several_complaints);
	g_test_add_func("/tap/no-skip", test_no_skip);
	g_test_add_func("/tap/lines-of-no-result", test_lines_of_no_result);
	g_test_add_func("/tap/relay", test_relay);
	g_test_add_func("/tap/relay-of-other-lines", test_relay_of_other_lines);
	g_test_add_func("/tap/diagnostics-of-two-streams", test_diagnostics_of_two_streams);
	g_test_add_func("/tap/threads", test_threads);
	return g_test_run();
}
