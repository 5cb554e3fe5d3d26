/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <string.h>

#include "base/error.h"
#include "base/nearest.h"
#include "options_table.h"

static void unset_numbers(const GArray *rows)
{
	for (guint i = 0; i < rows->len; i++)
		if (g_array_index(rows, struct option, i).entry.arg == G_OPTION_ARG_INT)
			*(int *)g_array_index(rows, struct option, i).entry.arg_data = OPTION_UNSET;
}

/* A number that was not given gets its usual value. FALSE for one that is out of range. */
static gboolean settle_numbers(const GArray *rows, GError **error)
{
	for (guint i = 0; i < rows->len; i++) {
		const struct option *option = &g_array_index(rows, struct option, i);
		int *number = option->entry.arg_data;

		if (option->entry.arg != G_OPTION_ARG_INT)
			continue;
		if (!option_is_given(option))
			*number = option->usual;
		else if (*number < option->least || *number > option->most)
			return usage_error(error, "--%s=%d: expected %d to %d", option->entry.long_name, *number,
				option->least, option->most);
	}
	return TRUE;
}

/* The first word names the command if it is not an option. "help NAME" means "NAME --help". */
static gboolean take_command(struct options *options, int *argc, char **argv, GError **error)
{
	const char *names[COMMAND_COUNT] = { 0 };
	const char *word = *argc > 1 ? argv[1] : "-";
	const char *near;

	if (*word == '-')
		return TRUE;
	memmove(argv + 1, argv + 2, (size_t)(*argc - 1) * sizeof(*argv));
	(*argc)--;
	if (strcmp(word, "help") == 0) {
		options->help = TRUE;
		return take_command(options, argc, argv, error);
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		options->command = (enum command_number)i;
		names[i] = command_table[i].summary != NULL ? command_table[i].name : "";
		options->named = strcmp(word, command_table[i].name) == 0;
		if (options->named)
			return TRUE;
	}
	near = nearest(word, names, COMMAND_COUNT);
	return usage_error(error, "there is no command \"%s\"%s%s%s; --help lists the commands", word,
		near != NULL ? "; the nearest is \"" : "", near ?: "", near != NULL ? "\"" : "");
}

/* Removes "--" and the app's arguments, which follow it, from argv. */
static gboolean take_app_arguments(struct options *options, int *argc, char **argv, GError **error)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		options->arguments = g_strdupv(argv + i + 1);
		*argc = i;
		argv[i] = NULL;
		return options->command == COMMAND_BOOT || argv[i + 1] == NULL ||
		       usage_error(error, "%s: arguments for the app go with the command boot only", argv[i + 1]);
	}
	options->arguments = g_new0(char *, 1);
	return TRUE;
}

/* The commands of a set that --help shows, separated by " and "; to be freed. */
static char *names_of(unsigned set)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if ((set >> i & 1) != 0 && command_table[i].summary != NULL)
			g_string_append_printf(names, "%s%s", names->len > 0 ? " and " : "", command_table[i].name);
	return g_strdup(names->str);
}

/* Sets the error for an option that this command does not have: it names the commands that do, or a similar option. */
static gboolean unknown_option(const GArray *rows, enum command_number command, const char *word, GError **error)
{
	g_autofree char *name = g_strndup(word, strcspn(word, "="));
	g_autofree const char **names = g_new0(const char *, rows->len);
	const char *near;

	for (guint i = 0; i < rows->len; i++) {
		const struct option *option = &g_array_index(rows, struct option, i);
		g_autofree char *takers = names_of(option->commands);

		/* An option of the hidden command alone is as unknown as any other word. */
		if (*takers != '\0' && strcmp(option->entry.long_name, name) == 0)
			return usage_error(
				error, "--%s goes with %s, not with %s", name, takers, command_table[command].name);
		names[i] = option_goes_with(option, command) ? option->entry.long_name : "";
	}
	near = nearest(name, names, rows->len);
	return usage_error(error, "%s has no option --%s%s%s; '%s --help' lists its options",
		command_table[command].name, name, near != NULL ? "; the nearest is --" : "", near ?: "",
		command_table[command].name);
}

/* NULL where this command has no such option. */
static const struct option *find_option(const GArray *rows, enum command_number command, const char *word)
{
	g_autofree char *name = g_strndup(word, strcspn(word, "="));

	for (guint i = 0; i < rows->len; i++) {
		const struct option *option = &g_array_index(rows, struct option, i);

		if (option_goes_with(option, command) && strcmp(option->entry.long_name, name) == 0)
			return option;
	}
	return NULL;
}

/* Whether one of the words before this one names the same option. */
static gboolean is_given_before(char **argv, char **word)
{
	size_t length = strcspn(*word, "=");

	for (; argv < word; argv++)
		if (strcspn(*argv, "=") == length && strncmp(*argv, *word, length) == 0)
			return TRUE;
	return FALSE;
}

/* Refuses what GOption would take. */
static gboolean check_use(const struct option *option, char **argv, char **word, GError **error)
{
	static const char *const asks[] = { "require", "forbid", NULL };

	/* GOption takes --cold=no for --cold. */
	if (option->entry.arg == G_OPTION_ARG_NONE)
		return strchr(*word, '=') == NULL || usage_error(error, "%s: this option has no value", *word);
	/* GOption takes the last value: what the first one asks would never be checked. */
	return !g_strv_contains(asks, option->entry.long_name) || !is_given_before(argv, word) ||
	       usage_error(error, "--%s is given twice; one list has all names: A,B", option->entry.long_name);
}

static gboolean check_names(const GArray *rows, enum command_number command, char **argv, GError **error)
{
	static const char *const always[] = { "--help", "--version", NULL };

	for (char **word = argv; *word != NULL; word++) {
		const struct option *option;

		if (!g_str_has_prefix(*word, "--") || g_strv_contains(always, *word))
			continue;
		option = find_option(rows, command, *word + 2);
		if (option == NULL)
			return unknown_option(rows, command, *word + 2, error);
		if (!check_use(option, argv, word, error))
			return FALSE;
	}
	return TRUE;
}

static GOptionContext *context_of(struct options *options, const GArray *rows)
{
	const GOptionEntry always[] = {
		{ "help", 'h', 0, G_OPTION_ARG_NONE, &options->help, "show this help", NULL },
		{ "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "show the version", NULL },
	};
	g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
	GOptionContext *context = g_option_context_new(command_table[options->command].words);

	for (guint i = 0; i < rows->len; i++)
		if (option_goes_with(&g_array_index(rows, struct option, i), options->command))
			g_array_append_val(entries, g_array_index(rows, struct option, i).entry);
	g_array_append_vals(entries, always, G_N_ELEMENTS(always));
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, (const GOptionEntry *)(void *)entries->data, NULL);
	return context;
}

/* The arguments that are left after the options were parsed are the command's words. */
static gboolean take_words(struct options *options, int argc, char **argv, GError **error)
{
	const struct command *command = &command_table[options->command];

	options->words = g_strdupv(argv + 1);
	return (guint)argc - 1 <= command->most ||
	       usage_error(error, "unexpected \"%s\"; 'kvmleaf-boot %s --help' shows what goes with %s",
		       argv[1 + command->most], command->name, command->name);
}

static gboolean run_parser(struct options *options, const GArray *rows, int argc, char **argv, GError **error)
{
	g_autoptr(GOptionContext) context = context_of(options, rows);
	g_autoptr(GError) parse_error = NULL;

	if (!g_option_context_parse(context, &argc, &argv, &parse_error))
		return usage_error(error, "%s; 'kvmleaf-boot %s --help' lists the options", parse_error->message,
			command_table[options->command].name);
	return take_words(options, argc, argv, error);
}

static gboolean take_shard(struct options *options, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(options->shard != NULL ? options->shard : "1/1", "/", 0);
	guint64 index, count;

	if (g_strv_length(parts) != 2 || !g_ascii_string_to_unsigned(parts[1], 10, 1, 10000, &count, NULL) ||
		!g_ascii_string_to_unsigned(parts[0], 10, 1, count, &index, NULL))
		return usage_error(error, "--shard=%s: expected K/N, K from 1 to N", options->shard);
	options->shard_index = (unsigned)index - 1;
	options->shard_count = (unsigned)count;
	return TRUE;
}

gboolean options_parse(struct options *options, int argc, char **argv, GError **error)
{
	g_autoptr(GArray) rows = option_table(options);

	*options = (struct options){ .command = COMMAND_BOOT };
	unset_numbers(rows);
	return take_command(options, &argc, argv, error) && take_app_arguments(options, &argc, argv, error) &&
	       check_names(rows, options->command, argv + 1, error) && run_parser(options, rows, argc, argv, error) &&
	       (options->help || options->version ||
		       (options_check_rules(rows, options, error) && settle_numbers(rows, error) &&
			       take_shard(options, error)));
}

void options_clear(struct options *options)
{
	char *const strings[] = {
#define OPTION_TEXT(member, name, commands, argument, help) options->member,
#define OPTION_PATH OPTION_TEXT
#define OPTION_FLAG(member, name, commands, help)
#define OPTION_NUMBER(member, name, letter, commands, least, most, usual, argument, help)
#include "options.def"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	g_strfreev(options->words);
	g_strfreev(options->arguments);
}
