/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules for options and words that options.def and commands.def cannot express. */
#include "base/error.h"
#include "options_table.h"

/* With --list nothing is run: an option that only a run uses would be ignored. */
static gboolean check_list(const GArray *rows, const struct options *options, GError **error)
{
	static const char *const used[] = { "list", "json", "cases", "random", "seed", "rerun", "shard", "cold", "qemu",
		NULL };

	for (guint i = 0; options->list && i < rows->len; i++) {
		const struct option *option = &g_array_index(rows, struct option, i);

		if (option_is_given(option) && !g_strv_contains(used, option->entry.long_name))
			return usage_error(error, "--%s: not with --list", option->entry.long_name);
	}
	return TRUE;
}

/* Options that exclude or need each other, and values of which only some are known. */
static gboolean check_pairs(const struct options *options, GError **error)
{
	static const char *const accels[] = { "auto", "kvm", "nested", "nested-intel", "tcg", NULL };
	static const char *const archs[] = { "x86_64", "i386", NULL };

	if (options->accel != NULL && !g_strv_contains(accels, options->accel))
		return usage_error(
			error, "--accel=%s: expected auto, kvm, nested, nested-intel or tcg", options->accel);
	if (options->arch != NULL && !g_strv_contains(archs, options->arch))
		return usage_error(error, "--arch=%s: expected x86_64 or i386", options->arch);
	if (options->libvirt != NULL &&
		(options->cpu != NULL || options->machine != NULL || options->smp != OPTION_UNSET))
		return usage_error(error, "--libvirt: not with --cpu, --machine or --smp, which the domain says");
	if (options->disk != NULL && options->app != NULL)
		return usage_error(error, "--app: not with --disk, which brings what is booted");
	if (options->seed != OPTION_UNSET && options->random == OPTION_UNSET)
		return usage_error(error, "--seed needs --random");
	if (options->command == COMMAND_CASES && options->json && !options->list)
		return usage_error(error, "--json needs --list");
	return TRUE;
}

/* The app ignores arguments with any other character, all of them, since they were not meant for it. */
static gboolean check_arguments(const struct options *options, GError **error)
{
	for (char **argument = options->arguments; *argument != NULL; argument++)
		for (const char *c = *argument; *c != '\0'; c++)
			if (!g_ascii_isprint(*c) && !g_ascii_isspace(*c))
				return usage_error(
					error, "-- %s: the app takes no argument that is not ASCII", *argument);
	return TRUE;
}

/*
 * What "host NAME" prints depends on few of the options: any other would be ignored. --features and --arch have a rule
 * of their own. A name that is unknown is refused where it is looked up.
 */
static gboolean check_host(const GArray *rows, const struct options *options, GError **error)
{
	static const char *const qemu[] = { "qemu", NULL };
	static const char *const firmware[] = { "firmware", "features", "arch", NULL };
	static const char *const cache[] = { "cache", NULL };
	static const struct {
		const char *name;
		const char *const *used;
	} things[] = { { "qemu", qemu }, { "firmware", firmware }, { "cache", cache } };

	if (options->command != COMMAND_HOST)
		return TRUE;
	for (guint i = 0; i < rows->len * G_N_ELEMENTS(things); i++) {
		const struct option *option = &g_array_index(rows, struct option, i / G_N_ELEMENTS(things));
		guint thing = i % G_N_ELEMENTS(things);

		if (g_strcmp0(options->words[0], things[thing].name) == 0 && option_is_given(option) &&
			!g_strv_contains(things[thing].used, option->entry.long_name))
			return usage_error(
				error, "--%s: not with 'host %s'", option->entry.long_name, things[thing].name);
	}
	return TRUE;
}

/* What a command needs among its words. */
static gboolean check_words(const struct options *options, GError **error)
{
	gboolean chooses = options->features != NULL || options->arch != NULL;

	if (options->command == COMMAND_DIFF && options->words[0] != NULL && options->words[1] == NULL)
		return usage_error(error, "diff %s: expected two files", options->words[0]);
	if (options->command == COMMAND_DIFF && options->words[0] == NULL)
		return usage_error(error, "diff: expected two files");
	if (options->command == COMMAND_DECODE && options->here == (options->words[0] != NULL))
		return usage_error(error, "decode: expected a file, or --here");
	if (chooses && g_strcmp0(options->words[0], "firmware") != 0)
		return usage_error(error, "--features and --arch go with 'host firmware'");
	if (chooses && options->firmware != NULL)
		return usage_error(error, "--features and --arch: not with --firmware, which names the files");
	return TRUE;
}

gboolean options_check_rules(const GArray *rows, const struct options *options, GError **error)
{
	return check_list(rows, options, error) && check_pairs(options, error) && check_words(options, error) &&
	       check_host(rows, options, error) && check_arguments(options, error);
}
