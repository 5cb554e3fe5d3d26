/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: each option with each command is applied or refused, as --help and README say; none is ignored. */
#include "options.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"

/* The commands by a letter, and the words that ask for them. */
static const struct {
	char letter;
	const char *words;
} commands[] = {
	{ 'b', "" }, /* a single boot */
	{ 'c', "--case=x" },
	{ 'l', "--list" },
	{ 'r', "--read=x" },
	{ 'd', "--decode=x" },
	{ 'f', "--diff x y" },
	{ 'a', "--best-accel" },
	{ 't', "--features" },
	{ 'v', "--version" },
};

enum kind { TEXT, NUMBER, FLAG };

/* An option with a value, where that value must end, and the commands that take it. */
static const struct row {
	const char *name, *value;
	enum kind kind;
	size_t field;
	const char *takers;
} rows[] = {
#define ROW(name, value, kind, member, takers)                                                                         \
	{                                                                                                              \
		name, value, kind, offsetof(struct settings, member), takers                                           \
	}
	ROW("accel", "tcg", TEXT, accel, "bca"),
	ROW("cpu", "max", TEXT, cpu, "b"),
	ROW("machine", "pc", TEXT, machine, "b"),
	ROW("smp", "3", NUMBER, smp, "b"),
	ROW("libvirt", "x.xml", TEXT, libvirt, "b"),
	ROW("require", "PV_EOI", TEXT, require, "b"),
	ROW("forbid", "PV_IPI", TEXT, forbid, "b"),
	ROW("disk", "x.img", TEXT, disk, "b"),
	ROW("cases", "some", TEXT, cases, "cl"),
	ROW("shard", "1/2", TEXT, shard, "cl"),
	ROW("jobs", "7", NUMBER, jobs, "c"),
	ROW("require-kvm", NULL, FLAG, require_kvm, "c"),
	ROW("no-skip", NULL, FLAG, no_skip, "c"),
	ROW("fail-fast", NULL, FLAG, fail_fast, "c"),
	ROW("junit", "x.xml", TEXT, junit, "c"),
	ROW("deadline", "11", NUMBER, deadline, "bc"),
	ROW("timeout", "12", NUMBER, timeout, "bc"),
	ROW("cold", NULL, FLAG, cold, "bcl"),
	ROW("out", "there", TEXT, out, "bc"),
	ROW("keep", NULL, FLAG, keep, "bc"),
	ROW("qemu", "q", TEXT, qemu, "bcla"),
	ROW("firmware", "c:v", TEXT, firmware_option, "bca"),
	ROW("app", "x.efi", TEXT, app, "bc"),
	ROW("cache", "kept", TEXT, cache, "bca"),
	ROW("unknown", "kvm-mmu", TEXT, unknown, "bc"),
	ROW("captured", "guests", TEXT, captured, "bc"),
	ROW("nested-silence", "13", NUMBER, nested_silence, "bc"),
	ROW("raw", NULL, FLAG, raw, "r"),
	ROW("json", NULL, FLAG, json, "dl"),
	/* These make a run of cases of what would be a single boot. */
	ROW("random", "14", NUMBER, random, "bcl"),
	ROW("rerun", "y.xml", TEXT, rerun, "bcl"),
};

/* What is between the blanks goes to options_parse; settings are to be cleared either way. */
static gboolean parse(const char *line, struct settings *settings, GError **error)
{
	g_autofree char *all = g_strchomp(g_strconcat("kvmleaf-boot ", line, NULL));
	g_auto(GStrv) words = g_strsplit(all, " ", 0);
	guint count = g_strv_length(words);
	g_autofree char **argv = g_new0(char *, count + 1);

	memcpy(argv, words, count * sizeof(*argv));
	*settings = (struct settings){ 0 };
	return options_parse(settings, (int)count, argv, error);
}

static void assert_parsed(const char *line, struct settings *settings)
{
	GError *error = NULL;

	if (!parse(line, settings, &error))
		g_error("\"%s\" is refused: %s", line, error->message);
}

static void assert_refused(const char *line, const char *words)
{
	struct settings settings;
	GError *error = NULL;

	if (parse(line, &settings, &error))
		g_error("\"%s\" is taken", line);
	g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
	if (strstr(error->message, words) == NULL || strchr(error->message, '\n') != NULL)
		g_error("\"%s\": \"%s\" does not say \"%s\"", line, error->message, words);
	g_error_free(error);
	settings_clear(&settings);
}

static void assert_applied(const struct row *row, const struct settings *settings)
{
	const void *field = (const char *)settings + row->field;

	if (row->kind == TEXT)
		g_assert_cmpstr(*(char *const *)field, ==, row->value);
	else if (row->kind == NUMBER)
		g_assert_cmpint(*(const int *)field, ==, atoi(row->value));
	else
		g_assert_true(*(const gboolean *)field);
}

static void test_each_with_each(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(commands); i++) {
		const struct row *row = &rows[i / G_N_ELEMENTS(commands)];
		const char *words = commands[i % G_N_ELEMENTS(commands)].words;
		g_autofree char *line = g_strdup_printf("--%s%s%s %s", row->name, row->kind == FLAG ? "" : "=",
			row->kind == FLAG ? "" : row->value, words);
		struct settings settings;

		if (strchr(row->takers, commands[i % G_N_ELEMENTS(commands)].letter) == NULL) {
			assert_refused(line, ": not with ");
			continue;
		}
		assert_parsed(line, &settings);
		assert_applied(row, &settings);
		settings_clear(&settings);
	}
}

static void test_refusal_names_both(void)
{
	assert_refused("--junit=x", "--junit: not with a single boot");
	assert_refused("--case=x --cpu=max", "--cpu: not with cases");
	assert_refused("--random=3 --cpu=max", "--cpu: not with cases");
	assert_refused("--raw --decode=x", "--raw: not with --decode");
	assert_refused("--out=x --best-accel", "--out: not with --best-accel");
	assert_refused("--timeout=9 --list", "--timeout: not with --list");
}

/* Two commands at once are never one of them. */
static void test_two_commands(void)
{
	for (size_t i = 2; i < G_N_ELEMENTS(commands); i++)
		for (size_t k = 2; k < G_N_ELEMENTS(commands); k++) {
			g_autofree char *line = g_strdup_printf("%s %s", commands[i].words, commands[k].words);

			if (k != i)
				assert_refused(line, ": not with --");
		}
	assert_refused("--case=x --read=y", "--case: not with --read");
	assert_refused("--features --case=x", "--case: not with --features");
}

static void test_defaults(void)
{
	struct settings settings;

	assert_parsed("", &settings);
	g_assert_true(settings.one_boot);
	g_assert_cmpint(settings.jobs, ==, 2);
	g_assert_cmpint(settings.smp, ==, 1);
	g_assert_cmpint(settings.timeout, ==, 120);
	g_assert_cmpint(settings.nested_silence, ==, 60);
	g_assert_cmpint(settings.deadline, ==, 0);
	g_assert_cmpint(settings.random, ==, 0);
	g_assert_cmpint(settings.seed, ==, 0);
	g_assert_cmpuint(g_strv_length(settings.arguments), ==, 0);
	g_assert_null(settings.globs);
	settings_clear(&settings);
	assert_parsed("--case=a --case=b-* -j 5 --random=2 --seed=0", &settings);
	g_assert_false(settings.one_boot);
	g_assert_cmpuint(g_strv_length(settings.globs), ==, 2);
	g_assert_cmpstr(settings.globs[1], ==, "b-*");
	g_assert_cmpint(settings.jobs, ==, 5);
	g_assert_cmpint(settings.seed, ==, 0);
	settings_clear(&settings);
}

/* Both ends of each range are taken, and what lies just outside is named with the range. */
static void test_ranges(void)
{
	static const struct {
		const char *name, *with;
		int least, most;
	} ranges[] = { { "smp", "", 1, 4096 }, { "random", "", 1, 100000 }, { "seed", "--random=1", 0, G_MAXINT },
		{ "jobs", "--case=x", 1, 256 }, { "deadline", "", 1, 604800 }, { "timeout", "", 1, 3600 },
		{ "nested-silence", "", 1, 3600 } };

	for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++) {
		const gint64 values[] = { ranges[i].least, ranges[i].most, (gint64)ranges[i].least - 1,
			(gint64)ranges[i].most + 1 };

		for (size_t k = 0; k < G_N_ELEMENTS(values); k++) {
			g_autofree char *line = g_strdup_printf(
				"--%s=%" G_GINT64_FORMAT " %s", ranges[i].name, values[k], ranges[i].with);
			g_autofree char *range = g_strdup_printf("expected %d to %d", ranges[i].least, ranges[i].most);
			struct settings settings;

			if (k < 2) {
				assert_parsed(line, &settings);
				settings_clear(&settings);
			} else {
				assert_refused(line, values[k] > G_MAXINT ? "out of range" : range);
			}
		}
	}
	assert_refused("--smp=two", "two");
	assert_refused("--case=x -j 0", "--jobs=0");
}

static void test_pairs(void)
{
	struct settings settings;

	assert_refused("--accel=hvf", "--accel=hvf: expected auto, kvm, nested, nested-intel or tcg");
	assert_refused("--accel=", "--accel=: expected");
	assert_refused("--diff one", "--diff one: expected two files");
	assert_refused("--diff one two three", "unexpected \"two\"");
	assert_refused("--libvirt=x --cpu=max", "--libvirt: not with --cpu, --machine or --smp");
	assert_refused("--libvirt=x --machine=pc", "--libvirt: not with");
	assert_refused("--libvirt=x --smp=1", "--libvirt: not with");
	assert_refused("--case=x --seed=1", "--seed: not without --random");
	assert_refused("--list --seed=1", "--seed: not without --random");
	assert_refused("--no-such", "--help lists the options");
	assert_refused("stray", "unexpected \"stray\"; arguments for the app follow --");
	assert_parsed("--diff one two", &settings);
	g_assert_cmpstr(settings.diff, ==, "one");
	g_assert_cmpstr(settings.diff_with, ==, "two");
	settings_clear(&settings);
}

/* What follows -- is the app's, whatever it looks like. */
static void test_app_arguments(void)
{
	struct settings settings;

	assert_parsed("--cpu=max -- --probe --cpu=host -- x", &settings);
	g_assert_cmpstr(settings.cpu, ==, "max");
	g_assert_cmpuint(g_strv_length(settings.arguments), ==, 4);
	g_assert_cmpstr(settings.arguments[0], ==, "--probe");
	g_assert_cmpstr(settings.arguments[1], ==, "--cpu=host");
	g_assert_cmpstr(settings.arguments[2], ==, "--");
	settings_clear(&settings);
	assert_parsed("--case=x --", &settings);
	settings_clear(&settings);
	for (size_t i = 1; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *line = g_strconcat(commands[i].words, " -- --quiet", NULL);

		assert_refused(line, "--quiet: arguments for the app go with a single boot only");
	}
}

/* --help ends the program with 0 and lists every option but those that one kvmleaf-boot gives to another. */
static void test_help(void)
{
	if (g_test_subprocess()) {
		struct settings settings;

		(void)parse("--help", &settings, NULL);
		g_assert_not_reached();
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *pattern = g_strdup_printf("*--%s%s*", rows[i].name, rows[i].kind == FLAG ? " " : "=");

		if (strcmp(rows[i].name, "unknown") != 0 && strcmp(rows[i].name, "captured") != 0)
			g_test_trap_assert_stdout(pattern);
		else
			g_test_trap_assert_stdout_unmatched(pattern);
	}
	g_test_trap_assert_stdout("*Exit status: 0 *");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/each-with-each", test_each_with_each);
	g_test_add_func("/options/refusal-names-both", test_refusal_names_both);
	g_test_add_func("/options/two-commands", test_two_commands);
	g_test_add_func("/options/defaults", test_defaults);
	g_test_add_func("/options/ranges", test_ranges);
	g_test_add_func("/options/pairs", test_pairs);
	g_test_add_func("/options/app-arguments", test_app_arguments);
	g_test_add_func("/options/help", test_help);
	return g_test_run();
}
