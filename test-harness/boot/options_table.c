/* SPDX-License-Identifier: BSD-2-Clause */
#include "options_table.h"

/* The commands as bits, of which the rows of options.def make sets. */
enum {
#define COMMAND(name, spelled, words, most, summary) name = 1 << COMMAND_##name,
#include "commands.def"
};

const struct command command_table[COMMAND_COUNT] = {
#define COMMAND(name, spelled, words, most, summary) { spelled, words, most, summary },
#include "commands.def"
};

GArray *option_table(struct options *options)
{
	const struct option rows[] = {
#define OPTION_TEXT(member, name, commands, argument, help)                                                            \
	{ { name, 0, 0, G_OPTION_ARG_STRING, &options->member, help, argument }, commands, 0, 0, 0 },
#define OPTION_PATH(member, name, commands, argument, help)                                                            \
	{ { name, 0, 0, G_OPTION_ARG_FILENAME, &options->member, help, argument }, commands, 0, 0, 0 },
#define OPTION_FLAG(member, name, commands, help)                                                                      \
	{ { name, 0, 0, G_OPTION_ARG_NONE, &options->member, help, NULL }, commands, 0, 0, 0 },
#define OPTION_NUMBER(member, name, letter, commands, least, most, usual, argument, help)                              \
	{ { name, letter, 0, G_OPTION_ARG_INT, &options->member, help, argument }, commands, least, most, usual },
#include "options.def"
	};
	GArray *array = g_array_sized_new(TRUE, TRUE, sizeof(struct option), G_N_ELEMENTS(rows));

	return g_array_append_vals(array, rows, G_N_ELEMENTS(rows));
}

gboolean option_is_given(const struct option *option)
{
	switch (option->entry.arg) {
	case G_OPTION_ARG_NONE:
		return *(gboolean *)option->entry.arg_data;
	case G_OPTION_ARG_INT:
		return *(int *)option->entry.arg_data != OPTION_UNSET;
	default:
		return *(void **)option->entry.arg_data != NULL;
	}
}

gboolean option_goes_with(const struct option *option, enum command_number command)
{
	return (option->commands >> command & 1) != 0;
}
