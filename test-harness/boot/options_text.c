/* SPDX-License-Identifier: BSD-2-Clause */
/* Text made from the option tables: --help, and the command line of the program inside a nested host. */
#include "options_table.h"

#define STATUSES                                                                                                       \
	"Exit status: 0 success; 1 a guest failed, or its report or the comparison is not as expected;\n"              \
	"2 wrong usage; 3 this system lacks something, such as QEMU, firmware or disk space.\n"

static void add_option(GString *text, const struct option *option)
{
	const GOptionEntry *entry = &option->entry;
	g_autofree char *left = NULL;

	left = g_strdup_printf("%s%c%s--%s%s%s", entry->short_name != 0 ? "-" : "", entry->short_name ?: ' ',
		entry->short_name != 0 ? ", " : "   ", entry->long_name, entry->arg_description != NULL ? "=" : "",
		entry->arg_description ?: "");
	g_string_append_printf(text, "  %-27s %s", left, entry->description);
	if (entry->arg == G_OPTION_ARG_INT && option->usual > 0)
		g_string_append_printf(text, " (default: %d)", option->usual);
	g_string_append_c(text, '\n');
}

static char *command_help(struct options *options)
{
	const struct command *command = &command_table[options->command];
	g_autoptr(GArray) rows = option_table(options);
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "Usage: kvmleaf-boot %s [OPTIONS]%s%s\n\n%c%s.\n\nOptions:\n", command->name,
		*command->words != '\0' ? " " : "", command->words, g_ascii_toupper(*command->summary),
		command->summary + 1);
	for (guint i = 0; i < rows->len; i++)
		if (option_goes_with(&g_array_index(rows, struct option, i), options->command))
			add_option(text, &g_array_index(rows, struct option, i));
	g_string_append(text, "  -h, --help                  show this help\n\n" STATUSES);
	return g_strdup(text->str);
}

static char *program_help(void)
{
	g_autoptr(GString) text = g_string_new("Usage: kvmleaf-boot [COMMAND] [OPTIONS] [WORDS]\n\n"
					       "Boots kvmleaf under QEMU with UEFI firmware and reads its report "
					       "back.\n\nCommands:\n");

	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (command_table[i].summary != NULL)
			g_string_append_printf(text, "  %-10s %s\n", command_table[i].name, command_table[i].summary);
	g_string_append(text,
		"\n'kvmleaf-boot COMMAND --help' lists a command's options; --version shows the version.\n"
		"\n" STATUSES);
	return g_strdup(text->str);
}

char *options_help(const struct options *options)
{
	struct options unset = { .command = options->command };

	return options->named && command_table[options->command].summary != NULL ? command_help(&unset)
										 : program_help();
}

char **options_for_nested_job(const struct options *options)
{
	struct options copy = *options;
	g_autoptr(GArray) rows = option_table(&copy);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (guint i = 0; i < rows->len; i++) {
		const struct option *option = &g_array_index(rows, struct option, i);
		const GOptionEntry *entry = &option->entry;
		g_autofree char *word = NULL;

		if (!option_goes_with(option, COMMAND_NESTED_JOB) || !option_is_given(option))
			continue;
		if (entry->arg == G_OPTION_ARG_NONE)
			word = g_strdup_printf("--%s", entry->long_name);
		else if (entry->arg == G_OPTION_ARG_INT)
			word = g_strdup_printf("--%s=%d", entry->long_name, *(int *)entry->arg_data);
		else
			word = g_strdup_printf("--%s=%s", entry->long_name, *(char **)entry->arg_data);
		g_strv_builder_add(words, word);
	}
	return g_strv_builder_end(words);
}
