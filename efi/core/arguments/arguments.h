/* SPDX-License-Identifier: BSD-2-Clause */
/* The app's arguments, which stand on a command line or, one on each line, in kvmleaf.conf. */
#ifndef KVMLEAF_CORE_ARGUMENTS_ARGUMENTS_H
#define KVMLEAF_CORE_ARGUMENTS_ARGUMENTS_H

#include "core/base/text.h"
#include "core/report/report.h"

enum {
	ARGUMENT_MAX = 255, /* characters of one argument */
	WAIT_MAX = 3600,    /* seconds */
};

enum exit_way { EXIT_FIRMWARE, EXIT_RESET, EXIT_POWEROFF, EXIT_QEMU };

struct arguments {
	bool help, version, json, explain, quiet, timing, no_variable, probe, probe_force, enforced;
	bool expect_arguments;         /* in kvmleaf.conf: it is wrong that the arguments come from that file */
	char save[ARGUMENT_MAX + 1];   /* path on the boot volume, "" for none */
	char replay[ARGUMENT_MAX + 1]; /* likewise */
	uint32_t wait;                 /* seconds, 0..WAIT_MAX */
	enum exit_way exit;
	uint16_t exit_port; /* of isa-debug-exit */
	struct expectation expectations[EXPECTATIONS_MAX];
	size_t expectation_count;
};

/* Sets the defaults. */
void arguments_init(struct arguments *arguments);

/*
 * Parses a command line: words are separated by white space, except inside "double quotes". False if a word is wrong:
 * one line in error then says which one, the first, and what was expected. Nothing but the defaults is then in
 * arguments, and what the right words among all say of the run's end, --exit and --wait: a machine that runs unattended
 * must end as it was told to, also if another argument is wrong.
 */
bool arguments_parse(struct arguments *arguments, const char *line, size_t length, struct text *error);

/*
 * The same for the content of kvmleaf.conf: one argument on each line, with or without its leading dashes. Blank lines
 * and lines that begin with # are ignored. The error names a wrong line by its number.
 */
bool arguments_parse_conf(struct arguments *arguments, const char *conf, size_t length, struct text *error);

/* Sets all arguments but --exit and --wait to the defaults. */
void arguments_keep_ending(struct arguments *arguments);

/* What --help prints. */
void arguments_help(struct text *out);

#endif
