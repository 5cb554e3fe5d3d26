/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of commands.def and options.def as tables, for what reads the command line and what writes it. */
#ifndef KVMLEAF_BOOT_OPTIONS_TABLE_H
#define KVMLEAF_BOOT_OPTIONS_TABLE_H

#include "options.h"

enum { OPTION_UNSET = G_MININT }; /* a number that was not given, while options are read */

struct command {
	const char *name, *words;
	guint most;          /* of the words */
	const char *summary; /* NULL where --help does not show the command */
};

struct option {
	GOptionEntry entry;     /* its arg_data is the member of the struct options that the table was made for */
	unsigned commands;      /* a bit for each that takes it, by enum command_number */
	int least, most, usual; /* of a number */
};

extern const struct command command_table[COMMAND_COUNT];

/* An array of struct option. */
GArray *option_table(struct options *options);
/* Before numbers that were not given have their usual values. */
gboolean option_is_given(const struct option *option);
gboolean option_goes_with(const struct option *option, enum command_number command);

#endif
