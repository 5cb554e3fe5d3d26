/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run ends as --exit and --wait say, also where another argument is wrong: with --exit=firmware, the default, a
 * machine that nobody watches would never end.
 */
#include "core/arguments/arguments.h"

#include <glib.h>
#include <string.h>

enum { ERROR_SIZE = 1024 };

typedef bool parser(struct arguments *arguments, const char *text, size_t length, struct text *error);

static bool parse(parser *with, struct arguments *arguments, const char *text, size_t length, char **ret_error)
{
	g_autofree char *copy = g_memdup2(text, length); /* without spare bytes, so that ASan notices reads behind it */
	char buffer[ERROR_SIZE];
	struct text error;
	bool fine;

	arguments_init(arguments);
	text_init(&error, buffer, sizeof(buffer));
	fine = with(arguments, copy, length, &error);
	g_assert_false(error.overflow);
	*ret_error = g_strndup(buffer, error.length);
	return fine;
}

/* Everything but the end of the run is as arguments_init() sets it. */
static void assert_rest_is_default(const struct arguments *arguments)
{
	g_assert_false(
		arguments->help || arguments->version || arguments->json || arguments->explain || arguments->quiet);
	g_assert_false(arguments->no_variable || arguments->probe || arguments->probe_force || arguments->enforced);
	g_assert_false(arguments->expect_arguments);
	g_assert_cmpstr(arguments->save, ==, "");
	g_assert_cmpstr(arguments->replay, ==, "");
	g_assert_cmpuint(arguments->expectation_count, ==, 0);
}

/* A wrong argument of each kind. 256 characters are one too many. */
static const char *const wrong[] = { "--require=kvmclok", "--require=PV_EOI,kvmclok", "--nonsense", "nonsense",
	"--json=1", "--verdict", "--verdict=maybe", "--save", "--save=", "--wait=3601", "--wait=x",
	"--exit=", "--exit=qemu:", "--exit=qemu:0x10000", "--exit=halt", "--probe=all", "--", "-", "=", "\xff\xfe",
	"--save="
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	"xxxxxxxx"
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" };

/* How --exit, --wait and one wrong argument can follow each other. X is the wrong one. */
static const char *const orders[] = { "X --exit=qemu:0x501 --wait=7", "--exit=qemu:0x501 X --wait=7",
	"--exit=qemu:0x501 --wait=7 X", "X --wait=7 --json X --exit=qemu:0x501 --quiet X",
	"--wait=7 X X --exit=qemu:0x501" };

static void check(parser *with, const char *order, const char *word)
{
	g_autoptr(GString) text = g_string_new(order);
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_string_replace(text, "X", word, 0);
	if (with == arguments_parse_conf)
		g_string_replace(text, " ", "\n", 0);
	g_assert_false(parse(with, &arguments, text->str, text->len, &error));
	if (arguments.exit != EXIT_QEMU || arguments.exit_port != 0x501 || arguments.wait != 7)
		g_error("\"%s\": exit %d, port 0x%x, wait %u", text->str, arguments.exit, arguments.exit_port,
			arguments.wait);
	assert_rest_is_default(&arguments);
	/* One message, about the first. */
	g_assert_nonnull(strstr(error, "argument \""));
	g_assert_null(strstr(strstr(error, "argument \"") + 1, "argument \""));
}

static void test_orders(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(wrong); k++) {
			check(arguments_parse, orders[i], wrong[k]);
			check(arguments_parse_conf, orders[i], wrong[k]);
		}
	}
}

/* The message of kvmleaf.conf names the first wrong line, and no later one. */
static void test_first_line(void)
{
	static const char conf[] = "json\n\nrequire=kvmclok\nverdict=maybe\nexit=poweroff\nnonsense\n";
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_false(parse(arguments_parse_conf, &arguments, conf, sizeof(conf) - 1, &error));
	g_assert_true(g_str_has_prefix(error, "line 3: argument \"require=kvmclok\": "));
	g_assert_null(strstr(error + 1, "line "));
	g_assert_cmpint(arguments.exit, ==, EXIT_POWEROFF);
}

/* Arguments that are right, and exclude each other. */
static void test_excluding(void)
{
	static const char line[] = "--exit=reset --replay=a --probe --wait=9";
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_false(parse(arguments_parse, &arguments, line, sizeof(line) - 1, &error));
	g_assert_nonnull(strstr(error, "cannot be probed"));
	g_assert_cmpint(arguments.exit, ==, EXIT_RESET);
	g_assert_cmpuint(arguments.wait, ==, 9);
	assert_rest_is_default(&arguments);
}

/* What follows a quotation mark that is never closed is read as words of their own. */
static void test_open_quotes(void)
{
	static const char *const lines[] = { "--save=\"a b --exit=qemu:0x501 --wait=7", "\"--exit=qemu:0x501 --wait=7",
		"--exit=qemu:0x501 --wait=7 \"", "--wait=7 --exit=qemu:0x501\"",
		"\"--json\" \"--wait=7\" \"--exit=qemu:0x501\" \"--save=a" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct arguments arguments;
		g_autofree char *error = NULL;

		g_assert_false(parse(arguments_parse, &arguments, lines[i], strlen(lines[i]), &error));
		g_assert_nonnull(strstr(error, "its quotation mark is never closed"));
		if (i == 3) /* the mark belongs to the word */
			g_assert_cmpint(arguments.exit, ==, EXIT_FIRMWARE);
		else
			g_assert_cmphex(arguments.exit_port, ==, 0x501);
		g_assert_cmpuint(arguments.wait, ==, 7);
		assert_rest_is_default(&arguments);
	}
}

/* A NUL makes its word wrong, not the words behind it. */
static void test_nul(void)
{
	static const char line[] = "--save=\0--wait=5 --exit=poweroff --wait=7\0 --wait=6";
	struct arguments arguments;
	g_autofree char *error = NULL;

	g_assert_false(parse(arguments_parse, &arguments, line, sizeof(line) - 1, &error));
	g_assert_cmpstr(error, ==, "argument \"--save=\": has a NUL character in it");
	g_assert_cmpint(arguments.exit, ==, EXIT_POWEROFF);
	g_assert_cmpuint(arguments.wait, ==, 6);
	assert_rest_is_default(&arguments);
}

/* Of several, the last right one holds, whether another argument is wrong or not. */
static void test_last_holds(void)
{
	static const char *const lines[] = { "--exit=qemu --wait=5 --exit=reset --wait=7",
		"--exit=qemu --wait=5 --nonsense --exit=reset --wait=7",
		"--exit=reset --wait=7 --exit=halt --wait=3601" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct arguments arguments;
		g_autofree char *error = NULL;

		g_assert_cmpint(parse(arguments_parse, &arguments, lines[i], strlen(lines[i]), &error), ==, i == 0);
		g_assert_cmpint(arguments.exit, ==, EXIT_RESET);
		g_assert_cmpuint(arguments.wait, ==, 7);
	}
}

static void test_keep_ending(void)
{
	struct arguments arguments;
	g_autofree char *error = NULL;
	static const char line[] = "--json --explain --quiet --no-variable --expect-arguments --probe=force --enforced "
				   "--save=a --require=PV_EOI "
				   "--exit=qemu:0x501 --wait=7";

	g_assert_true(parse(arguments_parse, &arguments, line, sizeof(line) - 1, &error));
	arguments_keep_ending(&arguments);
	g_assert_cmpint(arguments.exit, ==, EXIT_QEMU);
	g_assert_cmphex(arguments.exit_port, ==, 0x501);
	g_assert_cmpuint(arguments.wait, ==, 7);
	assert_rest_is_default(&arguments);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/arguments-ending/orders", test_orders);
	g_test_add_func("/arguments-ending/first-line", test_first_line);
	g_test_add_func("/arguments-ending/excluding", test_excluding);
	g_test_add_func("/arguments-ending/open-quotes", test_open_quotes);
	g_test_add_func("/arguments-ending/nul", test_nul);
	g_test_add_func("/arguments-ending/last-holds", test_last_holds);
	g_test_add_func("/arguments-ending/keep-ending", test_keep_ending);
	return g_test_run();
}
