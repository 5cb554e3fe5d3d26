/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the output of a nested host while it runs, and decides when to give the host up. */
#ifndef KVMLEAF_BOOT_NESTED_HOST_WATCH_H
#define KVMLEAF_BOOT_NESTED_HOST_WATCH_H

#include "nested/nested_host.h"

/* The job's standard output and standard error; each goes to a file of its name in the job's folder. */
enum { HOST_STDOUT, HOST_STDERR, HOST_PORTS };
extern const char *const host_port_names[HOST_PORTS];
/* The file in that folder that the host's kernel messages go to. */
#define HOST_CONSOLE "host.log"
/* The emulator's own messages: its standard output and standard error, and the log of Bochs. */
#define HOST_OUTPUT "emulator.log"
#define HOST_LOG "bochs.log"

struct host_watch {
	const struct nested_host_source *source;
	const struct nested_host_job *job;
	int fds[HOST_PORTS];
	GString *line;
	gint64 heard;    /* time of its last output, by g_get_monotonic_time */
	guint64 said;    /* bytes of output so far */
	gboolean enough; /* on_line sets it to end host_watch_follow */
};

/* Creates the files of the ports. The watch must be closed even after an error. */
gboolean host_watch_open(struct host_watch *watch, const struct nested_host_source *source,
	const struct nested_host_job *job, GError **error);
/*
 * Reads until the host has ended (wait returns FALSE) or enough is set. FALSE with BOOT_FAILED where the host exceeds
 * its timeout, prints nothing for too long, or prints too much.
 */
gboolean host_watch_follow(struct host_watch *watch, gboolean (*wait)(gpointer machine, int milliseconds),
	gpointer machine, GError **error);
void host_watch_close(struct host_watch *watch);

#endif
