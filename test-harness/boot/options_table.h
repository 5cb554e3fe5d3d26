/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of commands.def and options.def as tables, for the parser and for the help text. */
#ifndef KVMLEAF_BOOT_OPTIONS_TABLE_H
#define KVMLEAF_BOOT_OPTIONS_TABLE_H

#include "options.h"

enum { OPTION_UNSET = G_MININT }; /* the value of a number that was not given, until parsing ends */

struct command {
	const char *name, *words;
	guint most;          /* the largest number of words */
	const char *summary; /* NULL where --help does not show the command */
};

struct option {
	GOptionEntry entry;     /* arg_data points to the option's member of struct options */
	unsigned commands;      /* bit n is set if command n (enum command_number) accepts the option */
	int least, most, usual; /* the range and the default of a number */
};

extern const struct command command_table[COMMAND_COUNT];

/* An array of struct option whose entries point into *options; to be unreferenced. */
GArray *option_table(struct options *options);
/* Whether the user gave the option. A number counts as given once settle_numbers() has set its usual value. */
gboolean option_is_given(const struct option *option);
gboolean option_goes_with(const struct option *option, enum command_number command);

/* What the tables cannot express; FALSE and one line (BOOT_USAGE) for a command line that breaks a rule. */
gboolean options_check_rules(const GArray *rows, const struct options *options, GError **error);

#endif
