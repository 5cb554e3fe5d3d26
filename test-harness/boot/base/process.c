/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/stop.h"

enum { FDS_MAX = 4, WAIT_US_MIN = 500, WAIT_US_MAX = 20 * 1000 };

/* A process group of its own: --qemu may name a script, and killing the group also kills the QEMU it has started. */
static void set_up_child(gpointer unused)
{
	(void)unused;
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static gboolean make_fd(struct process_fd *fd, int *ret_child_end)
{
	int pair[2];

	*ret_child_end = -1;
	if (fd->given) {
		*ret_child_end = fcntl(fd->fd, F_DUPFD_CLOEXEC, 0);
		return *ret_child_end >= 0;
	}
	fd->fd = -1;
	if (fd->path != NULL) {
		*ret_child_end = open(fd->path, O_RDONLY | O_CLOEXEC);
		return *ret_child_end >= 0;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return FALSE;
	fd->fd = pair[0];
	*ret_child_end = pair[1];
	return TRUE;
}

gboolean process_start(
	GPtrArray *command, const char *log_path, struct process_fd *fds, gsize count, GPid *ret_pid, GError **error)
{
	int log_fd = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int ends[FDS_MAX], targets[FDS_MAX];
	gboolean started = log_fd >= 0;
	gsize made = 0;

	g_assert(count <= FDS_MAX);
	for (; started && made < count; made++) {
		started = make_fd(&fds[made], &ends[made]);
		targets[made] = fds[made].child_fd;
	}
	if (!started)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s",
			made > 0 && fds[made - 1].path != NULL ? fds[made - 1].path : log_path, g_strerror(errno));
	g_ptr_array_add(command, NULL);
	started = started && g_spawn_async_with_pipes_and_fds(NULL, (const char *const *)command->pdata, NULL,
				     G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, set_up_child, NULL, -1, log_fd,
				     log_fd, ends, targets, count, ret_pid, NULL, NULL, NULL, error);
	for (gsize i = 0; i < made; i++) {
		if (ends[i] >= 0)
			(void)close(ends[i]);
		if (!started && !fds[i].given && fds[i].fd >= 0)
			(void)close(fds[i].fd);
	}
	if (log_fd >= 0)
		(void)close(log_fd);
	return started;
}

static gboolean has_ended(GPid pid, int *ret_status)
{
	pid_t ended;

	do
		ended = waitpid(pid, ret_status, WNOHANG);
	while (ended < 0 && errno == EINTR);
	return ended != 0;
}

gboolean process_reap(GPid pid, gint64 deadline, int *ret_status)
{
	gulong pause = WAIT_US_MIN;
	gboolean ended;

	*ret_status = 0;
	while (!(ended = has_ended(pid, ret_status)) && g_get_monotonic_time() < deadline && stop_asked() == NULL) {
		g_usleep(pause);
		pause = MIN(pause * 2, WAIT_US_MAX);
	}
	if (!ended) {
		if (kill(-pid, SIGKILL) != 0)
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
			;
	}
	g_spawn_close_pid(pid);
	return ended;
}

/* Runs the command with the descriptor output as its standard output. */
static gboolean run_into(const char *const *command, int output, unsigned seconds, GError **error)
{
	GPid pid;
	int status;

	if (!g_spawn_async_with_pipes_and_fds(NULL, command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
		    set_up_child, NULL, -1, output, -1, NULL, NULL, 0, &pid, NULL, NULL, NULL, error))
		return FALSE;
	if (!process_reap(pid, time_after(seconds), &status)) {
		const char *why = stop_asked();

		if (why != NULL)
			g_set_error(error, BOOT_ERROR, BOOT_FAILED, "%s", why);
		else
			g_set_error(error, BOOT_ERROR, BOOT_SETUP, "it did not end within %u s", seconds);
		return FALSE;
	}
	return g_spawn_check_wait_status(status, error);
}

gboolean process_run(const char *const *command, unsigned seconds, GError **error)
{
	if (run_into(command, STDERR_FILENO, seconds, error))
		return TRUE;
	g_prefix_error(error, "%s: ", command[0]);
	return FALSE;
}

char *process_output(const char *const *command, unsigned seconds, GError **error)
{
	int file = memfd_create("output", MFD_CLOEXEC);
	g_autoptr(GMappedFile) mapped = NULL;
	char *output = NULL;

	if (file < 0)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", command[0], g_strerror(errno));
	else if (!run_into(command, file, seconds, error))
		g_prefix_error(error, "%s: ", command[0]);
	else if ((mapped = g_mapped_file_new_from_fd(file, FALSE, error)) != NULL)
		output = g_strndup(g_mapped_file_get_contents(mapped) ?: "", g_mapped_file_get_length(mapped));
	if (file >= 0)
		(void)close(file);
	return output;
}
