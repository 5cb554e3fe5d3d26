/* SPDX-License-Identifier: BSD-2-Clause */
/* Child processes that end with us and never keep us waiting beyond a deadline. */
#ifndef KVMLEAF_BOOT_BASE_PROCESS_H
#define KVMLEAF_BOOT_BASE_PROCESS_H

#include <glib.h>

struct process_fd {
	int child_fd;     /* the descriptor's number in the child */
	const char *path; /* a file that is opened for it to read; NULL for a socket whose other end is ours */
	int fd;           /* our end of the socket, set by process_start; the caller closes it; -1 for a file */
};

/* Starts command (no NULL at its end needed); its standard output and error go to the file log_path. */
gboolean process_start(
	GPtrArray *command, const char *log_path, struct process_fd *fds, gsize count, GPid *ret_pid, GError **error);
/*
 * Waits for its end until that time (g_get_monotonic_time; 0: not at all), or until the run is asked to stop; then
 * kills it. FALSE where it had to be killed. ret_status is as waitpid gives it.
 */
gboolean process_reap(GPid pid, gint64 deadline, int *ret_status);
/* Runs a command to its end; FALSE, and its name in the error, when it fails or takes longer. */
gboolean process_run(const char *const *command, unsigned seconds, GError **error);
/* The same, and returns what it writes to its standard output. */
char *process_output(const char *const *command, unsigned seconds, GError **error);

#endif
