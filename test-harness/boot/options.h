/* SPDX-License-Identifier: BSD-2-Clause */
/* What was asked on the command line: a command, its options and its words. No option is ignored. */
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
	gboolean named;         /* the command was, and is not only the default */
	gboolean help, version; /* asked for in place of the command's work */
	char **words;           /* what stands beside the options: globs of cases, files, a name */
	char **arguments;       /* what follows --, for the app */
	unsigned shard_index;   /* from 0 */
	unsigned shard_count;
	/* A string that was not given is NULL; a number that was not given has its usual value. */
#define OPTION_TEXT(member, name, commands, argument, help) char *member;
#define OPTION_PATH OPTION_TEXT
#define OPTION_FLAG(member, name, commands, help) gboolean member;
#define OPTION_NUMBER(member, name, letter, commands, least, most, usual, argument, help) int member;
#include "options.def"
};

/* Reads the command line; FALSE and one line (BOOT_USAGE) for what is wrong with it. Clear options either way. */
gboolean options_parse(struct options *options, int argc, char **argv, GError **error);
void options_clear(struct options *options);
/* The text of --help: of one command, or where none was named, of the program. To be freed. */
char *options_help(const struct options *options);
/* The options that travel into a nested host, as its command line has them; ended by NULL, for g_strfreev. */
char **options_for_nested_job(const struct options *options);

#endif
