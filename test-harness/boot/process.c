/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

enum { SOCKETS_MAX = 4 };

static void die_with_parent(gpointer unused)
{
	(void)unused;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static gboolean make_sockets(struct process_socket *sockets, gsize count, int *child_ends)
{
	for (gsize i = 0; i < count; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
			return FALSE;
		sockets[i].fd = pair[0];
		child_ends[i] = pair[1];
	}
	return TRUE;
}

gboolean process_start(GPtrArray *command, const char *log_path, struct process_socket *sockets, gsize count,
	GPid *ret_pid, GError **error)
{
	int log_fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int ends[SOCKETS_MAX], targets[SOCKETS_MAX];
	gboolean started;

	g_assert(count <= SOCKETS_MAX);
	if (log_fd < 0 || !make_sockets(sockets, count, ends)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", log_path, g_strerror(errno));
		return FALSE;
	}
	for (gsize i = 0; i < count; i++)
		targets[i] = sockets[i].child_fd;
	g_ptr_array_add(command, NULL);
	started = g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)command->pdata, NULL,
		G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL, -1, log_fd, log_fd, ends,
		targets, count, ret_pid, NULL, NULL, NULL, error);
	(void)close(log_fd);
	for (gsize i = 0; i < count; i++) {
		(void)close(ends[i]);
		if (!started)
			(void)close(sockets[i].fd);
	}
	return started;
}

int process_reap(GPid pid, gboolean kill_first)
{
	int status = 0;

	if (kill_first)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	g_spawn_close_pid(pid);
	return status;
}

gboolean process_run(const char *const *command, GError **error)
{
	int status;

	if (g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, error) &&
		g_spawn_check_wait_status(status, error))
		return TRUE;
	g_prefix_error(error, "%s: ", command[0]);
	return FALSE;
}
