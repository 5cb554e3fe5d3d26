/* SPDX-License-Identifier: BSD-2-Clause */
/* Options and words that exclude or need each other, and the arguments of the app. */
#include "options.h"

#include <string.h>

#include "unit/fake/known_options.h"

static void test_values(void)
{
	known_assert_refused("--accel=hvf", "--accel=hvf: expected auto, kvm, nested, nested-intel or tcg");
	known_assert_refused("cases --accel=", "--accel=: expected");
	known_assert_refused("host --accel=x", "--accel=x: expected");
}

static void test_pairs(void)
{
	known_assert_refused("--libvirt=x --cpu=max", "--libvirt: not with --cpu, --machine or --smp");
	known_assert_refused("--libvirt=x --machine=pc", "--libvirt: not with");
	known_assert_refused("--libvirt=x --smp=1", "--libvirt: not with");
	known_assert_refused("cases x --seed=1", "--seed needs --random");
	known_assert_refused("cases --list --seed=1", "--seed needs --random");
	known_assert_refused("cases --json", "--json needs --list");
}

/* Of two lists of features the first would never be checked. */
static void test_twice(void)
{
	struct options options;

	known_assert_refused("--require=PV_EOI --forbid=x --require=PV_UNHALT", "--require is given twice");
	known_assert_refused("boot --forbid x --forbid=x", "--forbid is given twice; one list has all names: A,B");
	known_assert_parsed("--require=PV_EOI --forbid=PV_UNHALT", &options);
	options_clear(&options);
	/* Of a number or a file the last one holds, as is usual. */
	known_assert_parsed("--timeout=8 --cold --cold --timeout=9", &options);
	g_assert_cmpint(options.timeout, ==, 9);
	options_clear(&options);
	known_assert_parsed("--cpu=max -- --cpu=host --cpu=host", &options);
	options_clear(&options);
}

/* What one of the host's values does not depend on; all values together depend on each of the four. */
static void test_host(void)
{
	static const char *const taken[] = { "", " --accel=tcg --qemu=x --firmware=c:v --cache=x",
		" accelerator --accel=tcg --qemu=x --firmware=c:v --cache=x", " qemu --qemu=x",
		" firmware --firmware=c:v", " firmware --arch=i386 --features=x", " cache --cache=x" };
	static const char *const refused[][2] = { { "qemu", "--accel=tcg" }, { "qemu", "--firmware=c:v" },
		{ "qemu", "--cache=x" }, { "firmware", "--accel=tcg" }, { "firmware", "--qemu=x" },
		{ "firmware", "--cache=x" }, { "cache", "--accel=tcg" }, { "cache", "--qemu=x" },
		{ "cache", "--firmware=c:v" } };

	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
		g_autofree char *line = g_strconcat("host", taken[i], NULL);
		struct options options;

		known_assert_parsed(line, &options);
		options_clear(&options);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autofree char *line = g_strdup_printf("host %s %s", refused[i][0], refused[i][1]);
		g_autofree char *name = g_strndup(refused[i][1], strcspn(refused[i][1], "="));
		g_autofree char *why = g_strdup_printf("%s: not with 'host %s'", name, refused[i][0]);

		known_assert_refused(line, why);
	}
}

/* A list is not a run: an option that only a run would heed is refused with --list. */
static void test_list(void)
{
	static const char *const taken[] = { "--cases=x", "--cold", "--json", "--qemu=x", "--random=1", "--rerun=x",
		"--shard=1/2" };
	static const char *const refused[] = { "--accel=tcg", "--app=x", "--cache=x", "--deadline=1", "--fail-fast",
		"--firmware=c:v", "--jobs=1", "--junit=x", "--keep", "--nested-silence=1", "--no-skip", "--out=x",
		"--require-kvm", "--timeout=9" };

	for (size_t i = 0; i < G_N_ELEMENTS(taken); i++) {
		g_autofree char *line = g_strconcat("cases --list ", taken[i], NULL);
		struct options options;

		known_assert_parsed(line, &options);
		options_clear(&options);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autofree char *line = g_strconcat("cases --list ", refused[i], NULL);
		g_autofree char *name = g_strndup(refused[i], strcspn(refused[i], "="));
		g_autofree char *why = g_strconcat(name, ": not with --list", NULL);

		known_assert_refused(line, why);
	}
}

/* How many words each command takes beside its options. */
static void test_words(void)
{
	struct options options;

	known_assert_refused(
		"boot stray", "unexpected \"stray\"; 'kvmleaf-boot boot --help' shows what goes with boot");
	known_assert_refused("--cold cases", "unexpected \"cases\"");
	known_assert_refused("read a b", "unexpected \"b\"");
	known_assert_refused("decode a b", "unexpected \"b\"");
	known_assert_refused("features a", "unexpected \"a\"");
	known_assert_refused("host qemu firmware", "unexpected \"firmware\"");
	known_assert_refused("nested-job a", "unexpected \"a\"");
	known_assert_refused("diff one two three", "unexpected \"three\"");
	known_assert_refused("diff one", "diff one: expected two files");
	known_assert_refused("diff", "diff: expected two files");
	known_assert_refused("decode", "decode: expected a file, or --here");
	known_assert_refused("decode --here x", "decode: expected a file, or --here");
	known_assert_parsed("diff one two", &options);
	g_assert_cmpstr(options.words[0], ==, "one");
	g_assert_cmpstr(options.words[1], ==, "two");
	options_clear(&options);
	known_assert_parsed("read", &options);
	g_assert_null(options.words[0]);
	options_clear(&options);
}

/* What follows -- belongs to the app, whatever it looks like, and only boot has an app to give it to. */
static void test_app_arguments(void)
{
	struct options options;

	known_assert_parsed("--cpu=max -- --probe --cpu=host -- x", &options);
	g_assert_cmpstr(options.cpu, ==, "max");
	g_assert_cmpuint(g_strv_length(options.arguments), ==, 4);
	g_assert_cmpstr(options.arguments[0], ==, "--probe");
	g_assert_cmpstr(options.arguments[1], ==, "--cpu=host");
	g_assert_cmpstr(options.arguments[2], ==, "--");
	options_clear(&options);
	known_assert_parsed("-- --help", &options);
	g_assert_false(options.help);
	options_clear(&options);
	known_assert_parsed("cases x --", &options);
	options_clear(&options);
	known_assert_refused(
		"-- --quiet --save=\xc3\xa4", "-- --save=\xc3\xa4: the app takes no argument that is not ASCII");
	known_assert_refused("-- \x7f", "not ASCII");
	known_assert_parsed("-- --save=a\tb", &options);
	options_clear(&options);
	for (gsize i = 1; i < known_command_count; i++) {
		g_autofree char *line = g_strconcat(known_commands[i].line, " -- --quiet", NULL);

		known_assert_refused(line, "--quiet: arguments for the app go with the command boot only");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options-pairs/values", test_values);
	g_test_add_func("/options-pairs/pairs", test_pairs);
	g_test_add_func("/options-pairs/list", test_list);
	g_test_add_func("/options-pairs/twice", test_twice);
	g_test_add_func("/options-pairs/host", test_host);
	g_test_add_func("/options-pairs/words", test_words);
	g_test_add_func("/options-pairs/app-arguments", test_app_arguments);
	return g_test_run();
}
