/* SPDX-License-Identifier: BSD-2-Clause */
/* What a nested host is made from and what it is given to do. host_machine.h starts one. */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_HOST_H
#define KVMLEAF_BOOT_NESTED_NESTED_HOST_H

#include <glib.h>

/* Seconds that a host may take in addition to its guests, and seconds between two heartbeats of the program inside. */
enum { NESTED_START_SECONDS = 60, NESTED_ALIVE_SECONDS = 5 };
/* The line of a heartbeat, which is a comment in TAP. */
#define NESTED_ALIVE "# alive"

struct host_machine;

/* What a nested host is made from. */
struct nested_host_source {
	const struct host_machine *machine;
	const char *qemu;
	const char *system; /* folder of its kernel and initial file system */
	const char *cache;
	unsigned silence; /* seconds without output after which it is taken for dead; times the machine's patience */
};

struct nested_host_job {
	const char *folder;  /* the host's own logs are written there */
	const char *stay;    /* said after the folder's name, on how long it stays; "" if it stays */
	const char *archive; /* the job, a tar archive, which is a disk of the host */
	const char *results; /* file for a tar archive of the job's results */
	unsigned timeout;    /* seconds */
	void (*on_line)(gpointer context, const char *line); /* gets the job's standard output line by line */
	gpointer context;
};

#endif
