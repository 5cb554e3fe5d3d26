/* SPDX-License-Identifier: BSD-2-Clause */
/* Each option with each command is applied or refused; none is ignored. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "unit/fake/known_options.h"

static void assert_applied(const struct known_option *option, const struct options *options)
{
	const void *member = (const char *)options + option->member;

	if (option->kind == KNOWN_TEXT)
		g_assert_cmpstr(*(char *const *)member, ==, option->value);
	else if (option->kind == KNOWN_NUMBER)
		g_assert_cmpint(*(const int *)member, ==, atoi(option->value));
	else
		g_assert_true(*(const gboolean *)member);
}

/* The option after the command's own words, and what it needs beside it. --here takes the place of a file. */
static char *line_of(const struct known_command *command, const struct known_option *option)
{
	gboolean is_here = command->number == COMMAND_DECODE && strcmp(option->name, "here") == 0;

	return g_strdup_printf("%s --%s%s%s %s", is_here ? command->name : command->line, option->name,
		option->value != NULL ? "=" : "", option->value != NULL ? option->value : "",
		option->with != NULL && (command->number == COMMAND_CASES || command->number == COMMAND_HOST)
			? option->with
			: "");
}

/* "--cpu goes with boot, not with cases"; an option that no public command takes is unknown to all of them. */
static char *refusal_of(const struct known_command *command, const struct known_option *option)
{
	g_autoptr(GString) takers = g_string_new(NULL);

	for (gsize i = 0; i < known_command_count; i++)
		if (known_commands[i].number != COMMAND_NESTED_JOB && known_goes_with(option, &known_commands[i]))
			g_string_append_printf(takers, "%s%s", takers->len > 0 ? " and " : "", known_commands[i].name);
	return takers->len > 0
		       ? g_strdup_printf("--%s goes with %s, not with %s", option->name, takers->str, command->name)
		       : g_strdup_printf("%s has no option --%s", command->name, option->name);
}

static void test_each_with_each(void)
{
	for (gsize i = 0; i < known_option_count * known_command_count; i++) {
		const struct known_option *option = &known_options[i / known_command_count];
		const struct known_command *command = &known_commands[i % known_command_count];
		g_autofree char *line = line_of(command, option);
		struct options options;

		if (known_goes_with(option, command)) {
			known_assert_parsed(line, &options);
			g_assert_cmpint(options.command, ==, command->number);
			assert_applied(option, &options);
			options_clear(&options);
		} else {
			g_autofree char *refusal = refusal_of(command, option);

			known_assert_refused(line, refusal);
		}
	}
}

/* The list of the hand-written table and that of options.def are equally long: nothing is missing in either. */
static void test_none_is_missing(void)
{
	gsize count = 0;

#define OPTION_TEXT(member, name, commands, argument, help) count++;
#define OPTION_PATH OPTION_TEXT
#define OPTION_FLAG(member, name, commands, help) count++;
#define OPTION_NUMBER(member, name, letter, commands, least, most, usual, argument, help) count++;
#include "options.def"
	g_assert_cmpuint(known_option_count, ==, count);
	g_assert_cmpuint(known_command_count, ==, COMMAND_COUNT);
}

static void test_misspelled(void)
{
	known_assert_refused("--timeot=9", "boot has no option --timeot; the nearest is --timeout; ");
	known_assert_refused("cases --tiemout=9", "cases has no option --tiemout; the nearest is --timeout; ");
	known_assert_refused("read --row x", "read has no option --row; the nearest is --raw; ");
	/* --smp is near, and is not one of cases. */
	known_assert_refused("cases --smq=2", "cases has no option --smq; 'cases --help' lists its options");
	known_assert_refused("features --no-such", "features has no option --no-such; 'features --help' lists its");
	known_assert_refused("boot -j 2", "'kvmleaf-boot boot --help' lists the options");
	known_assert_refused("cases -x", "'kvmleaf-boot cases --help' lists the options");
	known_assert_refused("--cold=no", "--cold=no: this option has no value");
	known_assert_refused("--cpu", "cpu");
}

static void test_defaults(void)
{
	struct options options;

	known_assert_parsed("", &options);
	g_assert_cmpint(options.command, ==, COMMAND_BOOT);
	g_assert_cmpint(options.smp, ==, 1);
	g_assert_cmpint(options.timeout, ==, 120);
	g_assert_cmpint(options.nested_silence, ==, 60);
	g_assert_cmpint(options.deadline, ==, 0);
	g_assert_cmpuint(g_strv_length(options.arguments), ==, 0);
	g_assert_cmpuint(g_strv_length(options.words), ==, 0);
	g_assert_null(options.accel);
	g_assert_null(options.cpu);
	g_assert_false(options.cold);
	options_clear(&options);
	known_assert_parsed("cases", &options);
	g_assert_cmpint(options.jobs, ==, 2);
	g_assert_cmpint(options.random, ==, 0);
	g_assert_cmpint(options.seed, ==, 0);
	g_assert_cmpuint(options.shard_index, ==, 0);
	g_assert_cmpuint(options.shard_count, ==, 1);
	options_clear(&options);
	known_assert_parsed("cases a b-* -j 5 --random=2 --seed=0", &options);
	g_assert_cmpuint(g_strv_length(options.words), ==, 2);
	g_assert_cmpstr(options.words[1], ==, "b-*");
	g_assert_cmpint(options.jobs, ==, 5);
	g_assert_cmpint(options.seed, ==, 0);
	options_clear(&options);
}

/* Both ends of each range are taken; a value just outside is refused, with the range. */
static void test_ranges(void)
{
	static const struct {
		const char *name, *with;
		int least, most;
	} ranges[] = { { "smp", "boot", 1, 4096 }, { "random", "cases", 1, 100000 },
		{ "seed", "cases --random=1", 0, G_MAXINT }, { "jobs", "cases", 1, 256 },
		{ "deadline", "cases", 1, 604800 }, { "timeout", "nested-job", 1, 3600 },
		{ "nested-silence", "boot", 1, 3600 } };

	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		const gint64 values[] = { ranges[i].least, ranges[i].most, (gint64)ranges[i].least - 1,
			(gint64)ranges[i].most + 1 };

		for (size_t k = 0; k < G_N_ELEMENTS(values); k++) {
			g_autofree char *line =
				g_strdup_printf("%s --%s=%" G_GINT64_FORMAT, ranges[i].with, ranges[i].name, values[k]);
			g_autofree char *range = g_strdup_printf("expected %d to %d", ranges[i].least, ranges[i].most);
			struct options options;

			if (k < 2) {
				known_assert_parsed(line, &options);
				options_clear(&options);
			} else {
				known_assert_refused(line, values[k] > G_MAXINT ? "out of range" : range);
			}
		}
	}
	known_assert_refused("--smp=two", "two");
	known_assert_refused("cases -j 0", "--jobs=0: expected 1 to 256");
}

static void test_shards(void)
{
	static const char *const bad[] = { "0/2", "3/2", "1/0", "1/10001", "1", "1/2/3", "/2", "1/", "a/b", "-1/2",
		"" };
	static const struct {
		const char *text;
		unsigned index, count;
	} good[] = { { "1/1", 0, 1 }, { "2/3", 1, 3 }, { "10000/10000", 9999, 10000 } };
	struct options options;

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *line = g_strconcat("cases --shard=", good[i].text, NULL);

		known_assert_parsed(line, &options);
		g_assert_cmpuint(options.shard_index, ==, good[i].index);
		g_assert_cmpuint(options.shard_count, ==, good[i].count);
		options_clear(&options);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *line = g_strconcat("cases --shard=", bad[i], NULL);
		g_autofree char *why = g_strdup_printf("--shard=%s: expected K/N, K from 1 to N", bad[i]);

		known_assert_refused(line, why);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/each-with-each", test_each_with_each);
	g_test_add_func("/options/none-is-missing", test_none_is_missing);
	g_test_add_func("/options/misspelled", test_misspelled);
	g_test_add_func("/options/defaults", test_defaults);
	g_test_add_func("/options/ranges", test_ranges);
	g_test_add_func("/options/shards", test_shards);
	return g_test_run();
}
