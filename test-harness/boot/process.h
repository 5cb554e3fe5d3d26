/* SPDX-License-Identifier: BSD-2-Clause */
/* A child process that talks to us over sockets of its own and never outlives us. */
#ifndef KVMLEAF_BOOT_PROCESS_H
#define KVMLEAF_BOOT_PROCESS_H

#include <glib.h>

struct process_socket {
	int child_fd; /* the descriptor under which the child has its end */
	int fd;       /* ours, set by process_start; the caller closes it */
};

/* Starts command (no NULL at its end needed); its standard output and error go to the file log_path. */
gboolean process_start(GPtrArray *command, const char *log_path, struct process_socket *sockets, gsize count,
	GPid *ret_pid, GError **error);
/* Waits for its end, after killing it if asked; returns the status as waitpid gives it. */
int process_reap(GPid pid, gboolean kill_first);
/* Runs a command to its end; FALSE, and its name in the error, when it fails. */
gboolean process_run(const char *const *command, GError **error);

#endif
