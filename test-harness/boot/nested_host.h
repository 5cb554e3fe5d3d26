/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nested host as a machine: QEMU's TCG with a Linux that has KVM. Booted once up to where it would take a job, and
 * kept; each run restores it.
 */
#ifndef KVMLEAF_BOOT_NESTED_HOST_H
#define KVMLEAF_BOOT_NESTED_HOST_H

#include "settings.h"

/* Seconds that it may take beside its guests. */
enum { NESTED_START_SECONDS = 60 };

struct nested_host_job {
	const char *folder;                                  /* takes the host's own logs */
	const char *archive;                                 /* the job, a tar archive, which is the host's disk */
	const char *results;                                 /* this file takes a tar archive of what the job left */
	unsigned timeout;                                    /* seconds */
	void (*on_line)(gpointer context, const char *line); /* the job's standard output, line by line */
	gpointer context;
};

/* Until the host has powered itself off. Its standard error goes to ours. */
gboolean nested_host_run(const struct settings *settings, const struct nested_host_job *job, GError **error);

#endif
