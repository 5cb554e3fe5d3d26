/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the command line: a command, its options and its words. No option is ignored: a command accepts or refuses it.
 */
#ifndef KVMLEAF_BOOT_OPTIONS_H
#define KVMLEAF_BOOT_OPTIONS_H

#include <glib.h>

enum command_number {
#define COMMAND(name, spelled, words, most, summary) COMMAND_##name,
#include "commands.def"
	COMMAND_COUNT
};

struct options {
	enum command_number command;
	gboolean named;         /* the command was given, and is not just the default */
	gboolean help, version; /* print these instead of running the command */
	char **words;           /* the arguments that are no options: globs of cases, files, a name */
	char **arguments;       /* the app's arguments, which follow "--" */
	unsigned shard_index;   /* from 0 to shard_count - 1 */
	unsigned shard_count;
	/* A string that was not given is NULL, a number that was not given has the usual value of options.def. */
#define OPTION_TEXT(member, name, commands, argument, help) char *member;
#define OPTION_PATH OPTION_TEXT
#define OPTION_FLAG(member, name, commands, help) gboolean member;
#define OPTION_NUMBER(member, name, letter, commands, least, most, usual, argument, help) int member;
#include "options.def"
};

/* FALSE with BOOT_USAGE where the command line is wrong. *options is to be cleared with options_clear in any case. */
gboolean options_parse(struct options *options, int argc, char **argv, GError **error);
void options_clear(struct options *options);
/* The text of --help for the command, or for the program where no command was named; to be freed. */
char *options_help(const struct options *options);
/* The options that are passed on into a nested host, as words of its command line; to be freed with g_strfreev. */
char **options_for_nested_job(const struct options *options);

#endif
