/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs cases on real KVM on a system that has none: this program runs itself inside a nested host, a small Linux on an
 * emulated CPU with virtualisation.
 */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_H
#define KVMLEAF_BOOT_NESTED_NESTED_H

#include "host.h"
#include "nested/host_machine.h"
#include "options.h"

struct nested_job {
	const struct host_machine *machine;
	const GPtrArray *cases; /* of struct boot_case, to be run inside */
	gboolean console;       /* standard output is the console and report of the only case; else TAP */
	const char *folder;     /* the host's own logs are written there */
	const char *results;    /* each guest gets a folder of its own there */
	void (*on_line)(gpointer context, const char *line); /* gets the program's standard output line by line */
	gpointer context;
};

/*
 * Runs the job in a nested host of its own. The inner program's standard error goes to this one's; *ret_status is its
 * exit status. FALSE with an error: BOOT_FAILED where the host died, hung or left no results, else mostly BOOT_SETUP.
 */
gboolean nested_run(const struct options *options, const struct host *host, const struct nested_job *job,
	int *ret_status, GError **error);

#endif
