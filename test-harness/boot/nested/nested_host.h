/* SPDX-License-Identifier: BSD-2-Clause */
/* The nested host as a machine: a Linux that has KVM, on an emulated CPU with virtualisation (host_machine.h). */
#ifndef KVMLEAF_BOOT_NESTED_NESTED_HOST_H
#define KVMLEAF_BOOT_NESTED_NESTED_HOST_H

#include <glib.h>

/* Seconds that it may take beside its guests, and how often the program inside says that it lives. */
enum { NESTED_START_SECONDS = 60, NESTED_ALIVE_SECONDS = 5 };
/* The line that says so, a comment in TAP. */
#define NESTED_ALIVE "# alive"

struct host_machine;

/* What it is made of. */
struct nested_host_source {
	const struct host_machine *machine;
	const char *qemu;
	const char *system; /* folder of its kernel and its programs */
	const char *cache;
	/* Seconds that it may say nothing before it is taken for dead; times the machine's patience. */
	unsigned silence;
};

struct nested_host_job {
	const char *folder;                                  /* takes the host's own logs */
	const char *archive;                                 /* the job, a tar archive, which is a disk of the host */
	const char *results;                                 /* this file takes a tar archive of what the job left */
	unsigned timeout;                                    /* seconds */
	void (*on_line)(gpointer context, const char *line); /* the job's standard output, line by line */
	gpointer context;
};

#endif
