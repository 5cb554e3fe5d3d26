/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nested host as a machine: QEMU's TCG with a Linux that has KVM. Booted once up to where it would take a job, and
 * kept; each run restores it.
 */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_HOST_H
#define KVMLEAF_BOOT_NESTED_NESTED_HOST_H

#include <glib.h>

/* Seconds that it may take beside its guests, and how often the program inside says that it lives. */
enum { NESTED_START_SECONDS = 60, NESTED_ALIVE_SECONDS = 5 };
/* The line that says so, a comment in TAP. */
#define NESTED_ALIVE "# alive"

/* What it is made of. */
struct nested_host_source {
	const char *qemu;
	const char *system; /* folder of its kernel and its programs */
	const char *cache;
	unsigned silence; /* seconds that it may say nothing before it is taken for dead */
};

struct nested_host_job {
	const char *folder;                                  /* takes the host's own logs */
	const char *archive;                                 /* the job, a tar archive, which is the host's disk */
	const char *results;                                 /* this file takes a tar archive of what the job left */
	unsigned timeout;                                    /* seconds */
	void (*on_line)(gpointer context, const char *line); /* the job's standard output, line by line */
	gpointer context;
};

/* Until the host has powered itself off. Its standard error goes to ours. */
gboolean nested_host_run(const struct nested_host_source *source, const struct nested_host_job *job, GError **error);

#endif
