/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands of kvmleaf-boot and the options that each of them takes, written by hand from README, so that a mistake
 * in options.def is a difference from this list.
 */
#ifndef KVMLEAF_UNIT_FAKE_KNOWN_OPTIONS_H
#define KVMLEAF_UNIT_FAKE_KNOWN_OPTIONS_H

#include <glib.h>

#include "options.h"

struct known_command {
	char letter; /* stands for the command in known_option.takers */
	const char *name;
	const char *line; /* a complete command line without options */
	enum command_number number;
};

enum known_kind { KNOWN_TEXT, KNOWN_NUMBER, KNOWN_FLAG };

struct known_option {
	const char *name;
	const char *value; /* that a test gives it; NULL for a flag */
	enum known_kind kind;
	gsize member;       /* the offset in struct options at which the value must be found */
	const char *takers; /* the letters of the commands that take it */
	const char *with;   /* what must stand beside it in a command line of cases or of host; NULL for nothing */
};

extern const struct known_command known_commands[];
extern const gsize known_command_count;
extern const struct known_option known_options[];
extern const gsize known_option_count;

gboolean known_goes_with(const struct known_option *option, const struct known_command *command);
/* Parses "kvmleaf-boot LINE", words separated by blanks. options_clear() is to follow either way. */
gboolean known_parse(const char *line, struct options *options, GError **error);
/* Asserts that the line is taken. */
void known_assert_parsed(const char *line, struct options *options);
/* Asserts that the line is refused as wrong usage, in one line that contains these words. */
void known_assert_refused(const char *line, const char *words);

#endif
