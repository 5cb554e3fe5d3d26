/* SPDX-License-Identifier: BSD-2-Clause */
/* Which command a command line names, what its help lists, and the options that a nested host is given. */
#include "options.h"

#include <string.h>

#include "unit/fake/known_options.h"

static void test_each(void)
{
	for (gsize i = 0; i < known_command_count; i++) {
		struct options options;

		known_assert_parsed(known_commands[i].line, &options);
		g_assert_cmpint(options.command, ==, known_commands[i].number);
		g_assert_true(options.named);
		g_assert_false(options.help || options.version);
		options_clear(&options);
	}
}

/* Without a command the first word is an option, or there is none: boot. */
static void test_default(void)
{
	static const char *const lines[] = { "", "--cold", "-- --probe", "--version" };

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct options options;

		known_assert_parsed(lines[i], &options);
		g_assert_cmpint(options.command, ==, COMMAND_BOOT);
		g_assert_false(options.named);
		g_assert_cmpint(options.version, ==, i == 3);
		options_clear(&options);
	}
}

static void test_unknown(void)
{
	known_assert_refused(
		"case", "there is no command \"case\"; the nearest is \"cases\"; --help lists the commands");
	known_assert_refused("fetaures", "there is no command \"fetaures\"; the nearest is \"features\"; ");
	known_assert_refused("frobnicate", "there is no command \"frobnicate\"; --help lists the commands");
	known_assert_refused("Boot", "the nearest is \"boot\"");
	known_assert_refused("help case", "there is no command \"case\"; the nearest is \"cases\"");
	/* The command that only this program gives to itself is not offered to a person. */
	known_assert_refused("nested-jo", "there is no command \"nested-jo\"; --help lists the commands");
}

/* The ways to ask for a help give the same text. */
static void test_ways_to_help(void)
{
	static const struct {
		const char *line, *same;
		const char *begins;
	} rows[] = { { "help", "--help", "Usage: kvmleaf-boot [COMMAND] [OPTIONS]" },
		{ "-h", "--help", "Usage: kvmleaf-boot [COMMAND] [OPTIONS]" },
		{ "help cases", "cases --help", "Usage: kvmleaf-boot cases [OPTIONS] [GLOB...]\n" },
		{ "cases -h", "cases --help", "Usage: kvmleaf-boot cases [OPTIONS] [GLOB...]\n" },
		{ "help boot", "boot --help", "Usage: kvmleaf-boot boot [OPTIONS] [-- APP-ARGUMENTS]\n" },
		{ "help diff", "diff --help", "Usage: kvmleaf-boot diff [OPTIONS] A B\n" },
		{ "help nested-job", "--help", "Usage: kvmleaf-boot [COMMAND] [OPTIONS]" },
		/* Nothing else of the line is checked where help is asked for. */
		{ "cases --json --help", "cases --help", "Usage: kvmleaf-boot cases " } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = NULL, *same = NULL;
		struct options options, other;

		known_assert_parsed(rows[i].line, &options);
		known_assert_parsed(rows[i].same, &other);
		g_assert_true(options.help && other.help);
		text = options_help(&options);
		same = options_help(&other);
		g_assert_cmpstr(text, ==, same);
		g_assert_true(g_str_has_prefix(text, rows[i].begins));
		g_assert_nonnull(strstr(text, "Exit status: 0 "));
		options_clear(&options);
		options_clear(&other);
	}
}

/* Every public command is in the program's help, once, and nested-job is not. */
static void test_program_help(void)
{
	const struct options options = { .command = COMMAND_BOOT };
	g_autofree char *text = options_help(&options);

	for (gsize i = 0; i < known_command_count; i++) {
		g_autofree char *line = g_strdup_printf("\n  %s ", known_commands[i].name);
		gboolean is_public = known_commands[i].number != COMMAND_NESTED_JOB;

		g_assert_cmpint(strstr(text, line) != NULL, ==, is_public);
	}
	g_assert_null(strstr(text, "nested-job"));
}

/* The option of a line "  -j, --jobs=N   what it is"; NULL for a line of another kind. */
static char *option_in(const char *line)
{
	const char *dashes = strstr(line, "--");

	return g_str_has_prefix(line, "  ") && dashes != NULL && dashes - line <= 6
		       ? g_strndup(dashes + 2, strcspn(dashes + 2, "= "))
		       : NULL;
}

/* A command's help lists exactly the options that it takes, each with its argument where it has one. */
static void test_command_help(void)
{
	for (gsize i = 0; i < known_command_count; i++) {
		const struct options options = { .command = known_commands[i].number, .named = TRUE };
		g_autofree char *text = options_help(&options);
		g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
		guint listed = 0, expected = 1; /* --help */

		if (known_commands[i].number == COMMAND_NESTED_JOB)
			continue;
		for (char **line = lines; *line != NULL; line++) {
			g_autofree char *name = option_in(*line);

			listed += name != NULL;
			g_assert_cmpuint(strlen(*line), <=, 100);
		}
		for (gsize k = 0; k < known_option_count; k++) {
			const struct known_option *option = &known_options[k];
			g_autofree char *word =
				g_strdup_printf("--%s%c", option->name, option->kind == KNOWN_FLAG ? ' ' : '=');

			if (!known_goes_with(option, &known_commands[i]))
				continue;
			expected++;
			if (strstr(text, word) == NULL)
				g_error("no %s in the help of %s:\n%s", word, known_commands[i].name, text);
		}
		g_assert_cmpuint(listed, ==, expected);
	}
}

/* A nested host is given the options that it needs, and nothing that was not given. */
static void test_for_nested_job(void)
{
	static const struct {
		const char *line, *travels;
	} rows[] = { { "boot", "--timeout=120" }, { "boot --timeout=9 --cold", "--timeout=9 --cold" },
		{ "cases a b --require-kvm --jobs=3 --junit=x --no-skip --fail-fast --random=3 --seed=5 --shard=1/2",
			"--require-kvm --timeout=120" },
		{ "cases --accel=nested --qemu=q --firmware=c:v --app=a --cache=c --out=o --keep --deadline=9 "
		  "--nested-silence=5 --cases=d --rerun=r",
			"--timeout=120" },
		{ "boot --cpu=max --machine=pc --smp=2 --require=PV_EOI --forbid=PV_SEND_IPI --disk=d -- --probe",
			"--timeout=120" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) words = NULL;
		g_autofree char *line = NULL, *again = NULL;
		struct options options, inside;

		known_assert_parsed(rows[i].line, &options);
		words = options_for_nested_job(&options);
		line = g_strjoinv(" ", words);
		g_assert_cmpstr(line, ==, rows[i].travels);
		again = g_strconcat("nested-job ", line, NULL);
		known_assert_parsed(again, &inside); /* what travels is what the command inside takes */
		g_assert_cmpint(inside.timeout, ==, options.timeout);
		g_assert_cmpint(inside.cold, ==, options.cold);
		g_assert_cmpint(inside.require_kvm, ==, options.require_kvm);
		options_clear(&options);
		options_clear(&inside);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/commands/each", test_each);
	g_test_add_func("/commands/default", test_default);
	g_test_add_func("/commands/unknown", test_unknown);
	g_test_add_func("/commands/ways-to-help", test_ways_to_help);
	g_test_add_func("/commands/program-help", test_program_help);
	g_test_add_func("/commands/command-help", test_command_help);
	g_test_add_func("/commands/for-nested-job", test_for_nested_job);
	return g_test_run();
}
