/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user asked for: the same words on a command line and, one a line, in kvmleaf.conf. */
#ifndef KVMLEAF_CORE_ARGUMENTS_ARGUMENTS_H
#define KVMLEAF_CORE_ARGUMENTS_ARGUMENTS_H

#include "core/report/report.h"
#include "core/base/text.h"

enum { ARGUMENT_MAX = 255 }; /* characters of one argument */

enum exit_way { EXIT_FIRMWARE, EXIT_RESET, EXIT_POWEROFF, EXIT_QEMU };

struct arguments {
	bool help, version, json, quiet, no_variable, probe, probe_force, enforced;
	char save[ARGUMENT_MAX + 1];   /* path on the boot volume, "" for none */
	char replay[ARGUMENT_MAX + 1]; /* likewise */
	uint32_t wait;                 /* seconds, 0..WAIT_MAX */
	enum exit_way exit;
	uint16_t exit_port; /* of isa-debug-exit */
	struct expectation expectations[EXPECTATIONS_MAX];
	size_t expectation_count;
};
enum { WAIT_MAX = 3600 };

void arguments_init(struct arguments *arguments);

/*
 * A command line: words parted by white space, "double quotes" keep it. False at the first word that is wrong, with one
 * line in error that says which and what was expected; what came before it is in arguments.
 */
bool arguments_parse(struct arguments *arguments, const char *line, size_t length, struct text *error);

/*
 * The content of kvmleaf.conf: an argument a line, with or without its leading dashes; blank lines and lines that
 * begin with # are passed over. A wrong line is named by its number in error.
 */
bool arguments_parse_conf(struct arguments *arguments, const char *conf, size_t length, struct text *error);

/* What --help prints. */
void arguments_help(struct text *out);

#endif
