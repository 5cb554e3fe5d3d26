/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts nested hosts: QEMU with TCG, running a Linux that has KVM. A host is booted once until it waits for a job,
 * then captured and kept in the cache; each run restores it.
 */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_HOST_H
#define KVMLEAF_BOOT_NESTED_NESTED_HOST_H

#include <glib.h>

/* Seconds that a host may take in addition to its guests, and seconds between two heartbeats of the program inside. */
enum { NESTED_START_SECONDS = 60, NESTED_ALIVE_SECONDS = 5 };
/* The line of a heartbeat, which is a comment in TAP. */
#define NESTED_ALIVE "# alive"

/* What a nested host is made from. */
struct nested_host_source {
	const char *qemu;
	const char *system; /* folder of its kernel and initial file system */
	const char *cache;
	unsigned silence; /* seconds without output after which it is taken for dead */
};

struct nested_host_job {
	const char *folder;                                  /* the host's own logs are written there */
	const char *archive;                                 /* the job, a tar archive, which is the host's disk */
	const char *results;                                 /* file for a tar archive of the job's results */
	unsigned timeout;                                    /* seconds */
	void (*on_line)(gpointer context, const char *line); /* gets the job's standard output line by line */
	gpointer context;
};

/*
 * Runs the job until the host has powered itself off. The job's standard error goes to this program's. FALSE with an
 * error: BOOT_FAILED where the host dies, prints nothing for too long or exceeds its timeout.
 */
gboolean nested_host_run(const struct nested_host_source *source, const struct nested_host_job *job, GError **error);

#endif
