/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <string.h>

#include "base/error.h"
#include "nested/nested_host.h"

enum { RANDOM_MAX = 100000, SECONDS_MAX = 7 * 24 * 3600 };

/* What the program is asked to do. */
enum command { BOOT = 1, CASES = 2, LIST = 4, READ = 8, DECODE = 16, DIFF = 32, ACCEL = 64, TELL = 128 };
/* Those that start QEMU, or ask it. */
enum { RUNS = BOOT | CASES, SELECTS = CASES | LIST, FINDS = BOOT | CASES | ACCEL, ASKS = FINDS | LIST };

enum { UNSET = G_MININT }; /* a number that was not given, while options are read */

/* One option, and the commands that take it. */
struct option {
	GOptionEntry entry;
	unsigned commands;
	int least, most, usual; /* of a number */
	const char *shown;      /* the name with its dashes */
};

#define TEXT(name, field, commands, help, arg)                                                                         \
	{                                                                                                              \
		{ name, 0, 0, G_OPTION_ARG_STRING, &settings->field, help, arg }, commands, 0, 0, 0, "--" name         \
	}
#define PATH(name, field, commands, help, arg)                                                                         \
	{                                                                                                              \
		{ name, 0, 0, G_OPTION_ARG_FILENAME, &settings->field, help, arg }, commands, 0, 0, 0, "--" name       \
	}
#define FLAG(name, field, commands, help)                                                                              \
	{                                                                                                              \
		{ name, 0, 0, G_OPTION_ARG_NONE, &settings->field, help, NULL }, commands, 0, 0, 0, "--" name          \
	}
#define NUMBER(name, letter, field, commands, least, most, usual, help, arg)                                           \
	{                                                                                                              \
		{ name, letter, 0, G_OPTION_ARG_INT, &settings->field, help, arg }, commands, least, most, usual,      \
			"--" name                                                                                      \
	}
#define HIDDEN(name, field)                                                                                            \
	{                                                                                                              \
		{ name, 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &settings->field, NULL, NULL }, CASES | BOOT,  \
			0, 0, 0, "--" name                                                                             \
	}

static GArray *all_options(struct settings *settings)
{
	const struct option options[] = {
		TEXT("accel", accel, FINDS, "auto (kvm, else nested), kvm, nested or tcg", "A"),
		TEXT("cpu", cpu, BOOT, "boot once with this -cpu", "STRING"),
		TEXT("machine", machine, BOOT, "and this -machine, q35 if none", "STRING"),
		NUMBER("smp", 0, smp, BOOT, 1, 4096, 1, "and so many vCPUs", "N"),
		PATH("libvirt", libvirt, BOOT, "boot once as this libvirt domain would", "FILE"),
		TEXT("require", require, BOOT, "fail unless the guest sees these features", "A,B"),
		TEXT("forbid", forbid, BOOT, "fail if it sees one of these", "A,B"),
		PATH("disk", disk, BOOT, "raw disk image to boot instead of the app", "PATH"),
		{ { "case", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings->globs,
			  "run the cases of that name; may be repeated", "GLOB" },
			SELECTS, 0, 0, 0, "--case" },
		NUMBER("random", 0, random, SELECTS, 1, RANDOM_MAX, 0, "run so many random masks, each probed", "N"),
		NUMBER("seed", 0, seed, SELECTS, 0, G_MAXINT, 0, "draw the random masks from this", "S"),
		PATH("rerun", rerun, SELECTS, "run what failed in the run that wrote this JUnit XML", "FILE"),
		FLAG("list", list, LIST, "list the cases; with --json, for a program"),
		PATH("cases", cases, SELECTS, "folder of the case files", "DIR"),
		TEXT("shard", shard, SELECTS, "run the K-th of N parts of the cases", "K/N"),
		NUMBER("jobs", 'j', jobs, CASES, 1, 256, 2, "guests, or nested hosts, side by side", "N"),
		FLAG("require-kvm", require_kvm, CASES, "a case without its accelerator or an oracle fails"),
		FLAG("no-skip", no_skip, CASES, "a case that would be skipped fails"),
		FLAG("fail-fast", fail_fast, CASES, "run nothing more after the first failure"),
		PATH("junit", junit, CASES, "write the results as JUnit XML too, as they come", "FILE"),
		NUMBER("deadline", 0, deadline, RUNS, 1, SECONDS_MAX, 0, "seconds that the whole run may take", "S"),
		NUMBER("timeout", 0, timeout, RUNS, 1, 3600, 120, "seconds that one guest may take", "S"),
		FLAG("cold", cold, RUNS | LIST, "boot every guest from reset; restore none"),
		PATH("out", out, RUNS, "folder for what each guest leaves", "DIR"),
		FLAG("keep", keep, RUNS, "keep that folder where --out names none"),
		PATH("qemu", qemu, ASKS, "QEMU to use", "PATH"),
		TEXT("firmware", firmware_option, FINDS, "UEFI firmware to use", "CODE:VARS"),
		PATH("app", app, RUNS, "EFI application to boot", "PATH"),
		PATH("cache", cache, FINDS, "folder of what is kept from run to run", "DIR"),
		HIDDEN("unknown", unknown),   /* KVM properties that QEMU is known to lack */
		HIDDEN("captured", captured), /* captured guests that are known to be good, by vCPUs */
		NUMBER("nested-silence", 0, nested_silence, RUNS, 1, 3600, NESTED_SILENCE_SECONDS,
			"seconds that a nested host may say nothing", "S"),
		PATH("read", read, READ,
			"print the report in a variable store, an efivarfs file, a saved report or a dump", "FILE"),
		FLAG("raw", raw, READ, "print its registers as cpuid -r does"),
		PATH("decode", decode, DECODE,
			"print the table of a dump of cpuid -r (any FILE may be -, standard input)", "FILE"),
		FLAG("json", json, DECODE | LIST, "print it as a report instead"),
		PATH("diff", diff, DIFF, "print what differs between two of what --read and --decode take", "A B"),
		FLAG("best-accel", best_accel, ACCEL, "print what auto would take"),
		FLAG("features", features, TELL, "print the feature table as Markdown"),
		FLAG("version", version, TELL, "print the version"),
	};
	GArray *array = g_array_sized_new(TRUE, TRUE, sizeof(struct option), G_N_ELEMENTS(options));

	return g_array_append_vals(array, options, G_N_ELEMENTS(options));
}

static gboolean wrong(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static gboolean wrong(GError **error, const char *format, ...)
{
	g_autofree char *words = NULL;
	va_list arguments;

	va_start(arguments, format);
	words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, BOOT_ERROR, BOOT_USAGE, words);
	return FALSE;
}

static gboolean is_given(const struct option *option)
{
	switch (option->entry.arg) {
	case G_OPTION_ARG_NONE:
		return *(gboolean *)option->entry.arg_data;
	case G_OPTION_ARG_INT:
		return *(int *)option->entry.arg_data != UNSET;
	default:
		return *(void **)option->entry.arg_data != NULL;
	}
}

/* Numbers get what marks them as not given, or where that is left, their usual value. FALSE for one out of range. */
static gboolean check_numbers(GArray *options, gboolean is_parsed, GError **error)
{
	for (guint i = 0; i < options->len; i++) {
		const struct option *option = &g_array_index(options, struct option, i);
		int *number = option->entry.arg_data;

		if (option->entry.arg != G_OPTION_ARG_INT)
			continue;
		if (!is_parsed)
			*number = UNSET;
		else if (!is_given(option))
			*number = option->usual;
		else if (*number < option->least || *number > option->most)
			return wrong(error, "--%s=%d: expected %d to %d", option->entry.long_name, *number,
				option->least, option->most);
	}
	return TRUE;
}

/* The option that stands for a command, and its name for a person. FALSE where two of them are given. */
static gboolean find_command(
	GArray *options, const struct settings *settings, unsigned *ret, const char **ret_name, GError **error)
{
	static const char *const names[] = { "list", "read", "decode", "diff", "best-accel", "features", "version",
		NULL };

	*ret = settings->globs != NULL || settings->random != UNSET || settings->rerun != NULL ? CASES : BOOT;
	*ret_name = *ret == CASES ? "cases" : "a single boot";
	for (guint i = 0; i < options->len; i++) {
		const struct option *option = &g_array_index(options, struct option, i);

		if (!g_strv_contains(names, option->entry.long_name) || !is_given(option))
			continue;
		if (g_str_has_prefix(*ret_name, "--"))
			return wrong(error, "--%s: not with %s", option->entry.long_name, *ret_name);
		*ret = option->commands;
		*ret_name = option->shown;
	}
	return TRUE;
}

static gboolean check_commands(GArray *options, struct settings *settings, GError **error)
{
	const char *name;
	unsigned command;

	if (!find_command(options, settings, &command, &name, error))
		return FALSE;
	for (guint i = 0; i < options->len; i++) {
		const struct option *option = &g_array_index(options, struct option, i);

		if (is_given(option) && (option->commands & command) == 0)
			return wrong(error, "--%s: not with %s", option->entry.long_name, name);
	}
	if (*settings->arguments != NULL && command != BOOT)
		return wrong(error, "%s: arguments for the app go with a single boot only", *settings->arguments);
	settings->one_boot = command == BOOT;
	return TRUE;
}

/* What a row of the table does not say. */
static gboolean check_pairs(const struct settings *settings, GError **error)
{
	static const char *const accels[] = { "auto", "kvm", "nested", "tcg", NULL };

	if (settings->accel != NULL && !g_strv_contains(accels, settings->accel))
		return wrong(error, "--accel=%s: expected auto, kvm, nested or tcg", settings->accel);
	if (settings->diff != NULL && settings->diff_with == NULL)
		return wrong(error, "--diff %s: expected two files", settings->diff);
	if (settings->libvirt != NULL && (settings->cpu != NULL || settings->machine != NULL || settings->smp != UNSET))
		return wrong(error, "--libvirt: not with --cpu, --machine or --smp, which the domain says");
	if (settings->seed != UNSET && settings->random == UNSET)
		return wrong(error, "--seed: not without --random");
	return TRUE;
}

/* Cuts "--" and what follows, the app's arguments, off argv. */
static void take_app_arguments(struct settings *settings, int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		settings->arguments = g_strdupv(argv + i + 1);
		*argc = i;
		argv[i] = NULL;
		return;
	}
	settings->arguments = g_new0(char *, 1);
}

static gboolean run_parser(GArray *options, int *argc, char ***argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new("[-- APP-ARGUMENTS]");
	g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
	g_autoptr(GError) parse_error = NULL;

	for (guint i = 0; i < options->len; i++)
		g_array_append_val(entries, g_array_index(options, struct option, i).entry);
	g_option_context_set_summary(context, "Boots kvmleaf under QEMU with UEFI firmware and reads its report back.\n"
					      "Exit status: 0 all is well, 1 a guest is not as it should be, 2 wrong "
					      "usage, 3 this machine lacks something.");
	g_option_context_add_main_entries(context, (const GOptionEntry *)(void *)entries->data, NULL);
	return g_option_context_parse(context, argc, argv, &parse_error) ||
	       wrong(error, "%s; --help lists the options", parse_error->message);
}

gboolean options_parse(struct settings *settings, int argc, char **argv, GError **error)
{
	g_autoptr(GArray) options = all_options(settings);

	take_app_arguments(settings, &argc, argv);
	(void)check_numbers(options, FALSE, NULL);
	if (!run_parser(options, &argc, &argv, error))
		return FALSE;
	if (settings->diff != NULL && argc == 2)
		settings->diff_with = g_strdup(argv[1]);
	else if (argc > 1)
		return wrong(error, "unexpected \"%s\"; arguments for the app follow --", argv[1]);
	return check_commands(options, settings, error) && check_pairs(settings, error) &&
	       check_numbers(options, TRUE, error);
}
