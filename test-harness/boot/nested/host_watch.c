/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested/host_watch.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/stop.h"
#include "base/tail.h"
#include "nested/host_machine.h"

/* A job prints about 100 bytes for each case, and a kernel less than 1 MiB. A host that prints much more is in a loop.
 */
enum { OUTPUT_MIB_MAX = 64 };

const char *const host_port_names[HOST_PORTS] = { "stdout", "stderr" };

gboolean host_watch_open(struct host_watch *watch, const struct nested_host_source *source,
	const struct nested_host_job *job, GError **error)
{
	*watch = (struct host_watch){ .source = source, .job = job, .fds = { -1, -1 }, .line = g_string_new(NULL) };
	for (int i = 0; i < HOST_PORTS; i++) {
		g_autofree char *path = g_build_filename(job->folder, host_port_names[i], NULL);

		watch->fds[i] = tail_open(path, error);
		if (watch->fds[i] < 0)
			return FALSE;
	}
	return TRUE;
}

void host_watch_close(struct host_watch *watch)
{
	for (int i = 0; i < HOST_PORTS; i++)
		if (watch->fds[i] >= 0)
			(void)close(watch->fds[i]);
	g_string_free(watch->line, TRUE);
}

static void take_stdout(gpointer context, const char *bytes, gsize length)
{
	struct host_watch *watch = context;

	watch->heard = g_get_monotonic_time();
	watch->said += length;
	for (gsize i = 0; i < length; i++) {
		if (bytes[i] != '\n') {
			g_string_append_c(watch->line, bytes[i]);
			continue;
		}
		if (strcmp(watch->line->str, NESTED_ALIVE) != 0)
			watch->job->on_line(watch->job->context, watch->line->str);
		g_string_truncate(watch->line, 0);
	}
}

static void take_stderr(gpointer context, const char *bytes, gsize length)
{
	struct host_watch *watch = context;

	watch->said += length;
	(void)!write(STDERR_FILENO, bytes, length);
}

/* Counts the job's output, the console, and what the emulator itself says. */
static gboolean says_too_much(const struct host_watch *watch)
{
	static const char *const logs[] = { HOST_CONSOLE, HOST_LOG, HOST_OUTPUT };
	guint64 said = watch->said;

	for (size_t i = 0; i < G_N_ELEMENTS(logs); i++) {
		g_autofree char *path = g_build_filename(watch->job->folder, logs[i], NULL);
		struct stat status = { 0 };

		(void)stat(path, &status);
		said += (guint64)status.st_size;
	}
	return said > (guint64)OUTPUT_MIB_MAX << 20;
}

/* Why the wait for the host ends, to be freed; NULL to go on. */
static char *why_give_up(const struct host_watch *watch, gint64 deadline)
{
	unsigned silence = watch->source->silence * watch->source->machine->patience;
	gint64 now = g_get_monotonic_time();

	if (stop_asked() != NULL)
		return g_strdup(stop_asked());
	if (now >= deadline)
		return g_strdup_printf("the nested host did not end within %u s", watch->job->timeout);
	if (now >= watch->heard + (gint64)silence * G_USEC_PER_SEC)
		return g_strdup_printf("the nested host said nothing for %u s", silence);
	if (says_too_much(watch))
		return g_strdup_printf("the nested host said more than %d MiB", OUTPUT_MIB_MAX);
	return NULL;
}

gboolean host_watch_follow(struct host_watch *watch, gboolean (*wait)(gpointer machine, int milliseconds),
	gpointer machine, GError **error)
{
	gint64 deadline = time_after(watch->job->timeout);
	gboolean running = TRUE;

	watch->heard = g_get_monotonic_time();
	while (running && !watch->enough) {
		g_autofree char *why = why_give_up(watch, deadline);

		if (why != NULL) {
			g_set_error(error, BOOT_ERROR, BOOT_FAILED, "%s; its messages are in %s%s", why,
				watch->job->folder, watch->job->stay);
			return FALSE;
		}
		running = wait(machine, TAIL_INTERVAL_MS);
		tail_read(watch->fds[HOST_STDOUT], take_stdout, watch);
		tail_read(watch->fds[HOST_STDERR], take_stderr, watch);
	}
	return TRUE;
}
