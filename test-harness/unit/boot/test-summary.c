/* SPDX-License-Identifier: BSD-2-Clause */
/* The summary at the end of a run, and the progress line on a terminal. */
#include "run/summary.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/fake/captured.h"

/* Whether standard output and standard error are terminals. */
struct screen {
	int terminal, file, output, errors;
};

static void screen_init(struct screen *screen, gboolean output_is_terminal, gboolean errors_are)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	g_assert_cmpint(master, >=, 0);
	g_assert_true(grantpt(master) == 0 && unlockpt(master) == 0);
	screen->terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	screen->file = open("/dev/null", O_RDWR | O_CLOEXEC);
	g_assert_true(screen->terminal >= 0 && screen->file >= 0);
	screen->output = dup(STDOUT_FILENO);
	screen->errors = dup(STDERR_FILENO);
	g_assert_true(screen->output >= 0 && screen->errors >= 0);
	(void)dup2(output_is_terminal ? screen->terminal : screen->file, STDOUT_FILENO);
	(void)dup2(errors_are ? screen->terminal : screen->file, STDERR_FILENO);
	(void)close(screen->terminal);
	screen->terminal = master;
}

static void screen_clear(const struct screen *screen)
{
	(void)dup2(screen->output, STDOUT_FILENO);
	(void)dup2(screen->errors, STDERR_FILENO);
	(void)close(screen->output);
	(void)close(screen->errors);
	(void)close(screen->file);
	(void)close(screen->terminal);
}

/* A run of 9 cases with results of each kind; the skips have two reasons, one of which comes twice. */
static void fill(struct tap *tap)
{
	tap_begin(tap, 9, NULL);
	tap_result(tap, "good", TAP_PASS, NULL, "a note of its own", 0);
	tap_result(tap, "skip-1", TAP_SKIP, NULL, "no KVM", 0);
	tap_result(tap, "skip-2", TAP_SKIP, NULL, "an old QEMU", 0);
	tap_result(tap, "skip-3", TAP_SKIP, NULL, "no KVM", 0);
	tap_complain(tap, "bad", TAP_FAIL, "the verdict is tcg\nand more", 0);
	tap_complain(tap, "untried", TAP_ERROR, "the disk is full", 0);
}

/* What summary_print() writes to standard error after fill() has added results. */
static char *summary_on(gboolean output_is_terminal, gboolean errors_are, void (*make)(struct tap *tap))
{
	struct tap tap = { 0 };
	struct screen screen;
	g_autofree char *output = NULL, *before = NULL, *nothing = NULL;
	char *errors;

	captured_begin();
	make(&tap);
	captured_end(&output, &before);
	screen_init(&screen, output_is_terminal, errors_are);
	captured_begin();
	summary_print(&tap, 12.345);
	captured_end(&nothing, &errors);
	screen_clear(&screen);
	g_assert_cmpstr(nothing, ==, "");
	tap_clear(&tap);
	return errors;
}

static void test_totals(void)
{
	g_autofree char *text = summary_on(FALSE, FALSE, fill);

	g_assert_cmpstr(text, ==,
		"1 passed, 2 failed, 3 skipped in 12.3 s\n"
		"  not run: 3 of 9\n"
		"  skipped, 1 times: an old QEMU\n"
		"  skipped, 2 times: no KVM\n"
		"  failed: bad: the verdict is tcg\n"
		"  error: untried: the disk is full\n");
}

static void fill_good(struct tap *tap)
{
	tap_begin(tap, 1, NULL);
	tap_result(tap, "good", TAP_PASS, NULL, NULL, 0);
}

static void test_nothing_to_tell(void)
{
	g_autofree char *text = summary_on(FALSE, FALSE, fill_good);

	g_assert_cmpstr(text, ==, "1 passed, 0 failed, 0 skipped in 12.3 s\n");
}

/* The progress line is erased before the totals, if there was one. */
static void test_totals_on_a_terminal(void)
{
	g_autofree char *both = summary_on(TRUE, TRUE, fill_good);
	g_autofree char *errors = summary_on(FALSE, TRUE, fill_good);
	g_autofree char *output = summary_on(TRUE, FALSE, fill_good);

	g_assert_cmpstr(errors, ==, "\r1 passed, 0 failed, 0 skipped in 12.3 s\n");
	g_assert_cmpstr(both, ==, "1 passed, 0 failed, 0 skipped in 12.3 s\n");
	g_assert_cmpstr(output, ==, "1 passed, 0 failed, 0 skipped in 12.3 s\n");
}

/* Progress is shown only if standard output is no terminal, and each line replaces the one before. */
static void test_progress(void)
{
	for (int i = 0; i < 4; i++) {
		struct tap tap = { 0 };
		struct screen screen;
		g_autofree char *output = NULL, *errors = NULL;

		screen_init(&screen, (i & 1) != 0, (i & 2) != 0);
		captured_begin();
		tap_begin(&tap, 3, NULL);
		tap_result(&tap, "a", TAP_PASS, NULL, NULL, 0);
		tap_result(&tap, "b", TAP_FAIL, NULL, NULL, 0);
		tap_result(&tap, "c", TAP_ERROR, NULL, NULL, 0);
		captured_end(&output, &errors);
		screen_clear(&screen);
		g_assert_cmpstr(errors, ==, i == 2 ? "\r1 of 3, 0 failed \r2 of 3, 1 failed \r3 of 3, 2 failed " : "");
		g_assert_true(g_str_has_prefix(output, "TAP version 14\n1..3\nok 1 - a\n"));
		tap_clear(&tap);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/summary/totals", test_totals);
	g_test_add_func("/summary/nothing-to-tell", test_nothing_to_tell);
	g_test_add_func("/summary/totals-on-a-terminal", test_totals_on_a_terminal);
	g_test_add_func("/summary/progress", test_progress);
	return g_test_run();
}
