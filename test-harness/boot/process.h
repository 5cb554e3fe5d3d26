/* SPDX-License-Identifier: BSD-2-Clause */
/* A child process that talks to us over descriptors of its own and never outlives us. */
#ifndef KVMLEAF_BOOT_PROCESS_H
#define KVMLEAF_BOOT_PROCESS_H

#include <glib.h>

struct process_fd {
	int child_fd;     /* the descriptor's number in the child */
	const char *path; /* a file that is opened for it to read; NULL for a socket whose other end is ours */
	int fd;           /* our end of the socket, set by process_start; the caller closes it; -1 for a file */
};

/* Starts command (no NULL at its end needed); its standard output and error go to the file log_path. */
gboolean process_start(
	GPtrArray *command, const char *log_path, struct process_fd *fds, gsize count, GPid *ret_pid, GError **error);
/* Waits for its end, after killing it if asked; returns the status as waitpid gives it. */
int process_reap(GPid pid, gboolean kill_first);
/* Runs a command to its end; FALSE, and its name in the error, when it fails. */
gboolean process_run(const char *const *command, GError **error);

#endif
