/* SPDX-License-Identifier: BSD-2-Clause */
/* What a nested host says while it runs, and how long it is waited for. */
#ifndef KVMLEAF_BOOT_NESTED_HOST_WATCH_H
#define KVMLEAF_BOOT_NESTED_HOST_WATCH_H

#include "nested/nested_host.h"

/* The job's standard output and standard error, each a file of that name in the job's folder. */
enum { HOST_STDOUT, HOST_STDERR, HOST_PORTS };
extern const char *const host_port_names[HOST_PORTS];
/* The file that takes what the host's kernel says. */
#define HOST_CONSOLE "host.log"

struct host_watch {
	const struct nested_host_source *source;
	const struct nested_host_job *job;
	int fds[HOST_PORTS];
	GString *line;
	gint64 heard;    /* when it last said something, g_get_monotonic_time */
	guint64 said;    /* bytes */
	gboolean enough; /* set by on_line: the host is not followed any further */
};

/* Makes the files of the ports. Close the watch either way. */
gboolean host_watch_open(struct host_watch *watch, const struct nested_host_source *source,
	const struct nested_host_job *job, GError **error);
/*
 * Until the host has ended, which wait tells by FALSE, or has said enough. FALSE and one line when it takes too long,
 * says nothing for too long, or says too much.
 */
gboolean host_watch_follow(struct host_watch *watch, gboolean (*wait)(gpointer machine, int milliseconds),
	gpointer machine, GError **error);
void host_watch_close(struct host_watch *watch);

#endif
