/* SPDX-License-Identifier: BSD-2-Clause */
/* Child processes: each is killed when this process ends, and no wait for one lasts beyond a deadline. */
#ifndef KVMLEAF_BOOT_BASE_PROCESS_H
#define KVMLEAF_BOOT_BASE_PROCESS_H

#include <glib.h>

struct process_fd {
	int child_fd;     /* the descriptor's number in the child */
	const char *path; /* a file, opened for the child to read; NULL for what the next line says */
	gboolean given; /* the child gets the caller's descriptor fd; else a socket that is connected with the caller */
	int fd;         /* the caller's end of the socket, set by process_start, to be closed; -1 for a file */
};

/*
 * Starts the command, whose array need not end with NULL; the child's standard output and error go to the file
 * log_path. FALSE with an error, and every socket closed, where it cannot be started.
 */
gboolean process_start(
	GPtrArray *command, const char *log_path, struct process_fd *fds, gsize count, GPid *ret_pid, GError **error);
/*
 * Waits for the child's end until the deadline (by g_get_monotonic_time; 0 does not wait), or until the run is asked to
 * stop (stop.h); then kills it and its process group. FALSE where it was killed. *ret_status is as of waitpid().
 */
gboolean process_reap(GPid pid, gint64 deadline, int *ret_status);
/*
 * Runs a command, a list ended by NULL, to its end; its standard output goes to standard error. FALSE, with the
 * command's name in the error, where it fails or takes longer than that many seconds.
 */
gboolean process_run(const char *const *command, unsigned seconds, GError **error);
/* The same, but returns what the command writes to its standard output, to be freed; NULL with an error. */
char *process_output(const char *const *command, unsigned seconds, GError **error);

#endif
