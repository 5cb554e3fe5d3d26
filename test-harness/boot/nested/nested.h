/* SPDX-License-Identifier: BSD-2-Clause */
/* Real KVM on a machine that has none: this very program, run inside a small Linux on a CPU that TCG emulates. */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_H
#define KVMLEAF_BOOT_NESTED_NESTED_H

#include "settings.h"

struct nested_job {
	const char *const *arguments; /* of kvmleaf-boot inside, after --accel kvm */
	unsigned smp_max;    /* captured guests with 1 to so many vCPUs, powers of two, are taken along; 0: none */
	gboolean other_apps; /* the folder mutants beside the app is taken along */
	gboolean images;     /* and the folder of the images */
	const char *folder;  /* takes the host's own logs */
	const char *results; /* takes a folder for each guest */
	unsigned timeout;    /* seconds */
	void (*on_line)(gpointer context, const char *line); /* standard output, line by line */
	gpointer context;
};

/*
 * Runs the job in a nested host of its own. Its standard error goes to ours; ret_status is its exit status.
 */
gboolean nested_run(const struct settings *settings, const struct nested_job *job, int *ret_status, GError **error);

#endif
