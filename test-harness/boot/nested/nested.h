/* SPDX-License-Identifier: BSD-2-Clause */
/* Real KVM on a machine that has none: this very program, run inside a small Linux on a CPU that is emulated. */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_H
#define KVMLEAF_BOOT_NESTED_NESTED_H

#include "host.h"
#include "nested/host_machine.h"
#include "options.h"

struct nested_job {
	const struct host_machine *machine;
	const GPtrArray *cases; /* of struct boot_case, to be run inside */
	gboolean console; /* there is one case, whose console is shown and whose report is printed; else results come */
	const char *folder;                                  /* takes the host's own logs */
	const char *results;                                 /* takes a folder for each guest */
	void (*on_line)(gpointer context, const char *line); /* standard output, line by line */
	gpointer context;
};

/* Runs the job in a nested host of its own. Its standard error goes to ours; ret_status is its exit status. */
gboolean nested_run(const struct options *options, const struct host *host, const struct nested_job *job,
	int *ret_status, GError **error);

#endif
