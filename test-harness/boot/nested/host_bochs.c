/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nested hosts on Bochs, whose CPU has VMX. A host is booted for each job and not captured: Bochs saves a machine's
 * state only by a button of its window (save_restore_handler in its gui.cc). The display for a terminal has no such
 * button, and neither the debugger nor the text menus have a command for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/scratch.h"
#include "base/stop.h"
#include "nested/bochs_setup.h"
#include "nested/host_machine.h"
#include "nested/host_watch.h"

/* Size of the disk for the results, a sparse file: more than the guests of a host leave. */
enum { RESULTS_MIB = 512 };

#define HALTED "HLT instruction with IF=0"

/* Seconds that Bochs may take to end once the machine is off. */
enum { END_SECONDS = 10 };

struct bochs {
	const struct nested_host_job *job;
	char *version;
	gboolean halted; /* for good, with interrupts off */
	struct host_watch watch;
	GPid pid;
};

static gboolean check(GError **error)
{
	struct bochs_setup setup;
	gboolean found = bochs_setup_find(&setup, error);

	bochs_setup_clear(&setup);
	return found;
}

/* Bochs locks a disk by a file beside it. A killed Bochs leaves the lock, and the next one would refuse the disk. */
static void remove_lock(const char *path)
{
	g_autofree char *lock = g_strconcat(path, ".lock", NULL);

	(void)g_unlink(lock);
}

static gboolean make_disk(const char *path, GError **error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	gboolean made = fd >= 0 && ftruncate(fd, (off_t)RESULTS_MIB << 20) == 0;

	if (!made)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(errno));
	if (fd >= 0)
		(void)close(fd);
	remove_lock(path);
	return made;
}

/* Empties the file if the machine wrote no results to the disk, so that the file's size tells whether there are any. */
static void settle_disk(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char first = '\0';

	if (fd >= 0 && (read(fd, &first, 1) != 1 || first == '\0'))
		(void)!ftruncate(fd, 0);
	if (fd >= 0)
		(void)close(fd);
	remove_lock(path);
}

/* Bochs needs some display; the one for a terminal works without a window. */
static GPtrArray *make_command(const struct bochs_setup *setup, const char *config, const char *start)
{
	const char *words[] = { "env", "TERM=vt100", "LINES=30", "COLUMNS=100", "bochs", "-q", "-f", config };
	GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(command, g_strdup(words[i]));
	if (setup->has_debugger) {
		g_ptr_array_add(command, g_strdup("-rc"));
		g_ptr_array_add(command, g_strdup(start));
	}
	return command;
}

static gboolean start_as(struct bochs *bochs, const struct bochs_setup *setup, GError **error)
{
	const struct nested_host_job *job = bochs->job;
	g_autofree char *system = g_build_filename(bochs->watch.source->system, "host.iso", NULL);
	g_autofree char *config = g_build_filename(job->folder, "bochsrc", NULL);
	g_autofree char *go = g_build_filename(job->folder, "bochs.rc", NULL);
	g_autofree char *log = g_build_filename(job->folder, HOST_OUTPUT, NULL);
	struct bochs_files files = {
		.folder = job->folder, .system = system, .archive = job->archive, .results = job->results
	};
	g_autofree char *text = bochs_setup_text(setup, &files, error);
	g_autoptr(GPtrArray) command = make_command(setup, config, go);

	return text != NULL && scratch_write(config, text, -1, error) && scratch_write(go, "c\n", -1, error) &&
	       make_disk(job->results, error) && process_start(command, log, NULL, 0, &bochs->pid, error);
}

static gboolean start(struct bochs *bochs, GError **error)
{
	struct bochs_setup setup;
	gboolean started = bochs_setup_find(&setup, error) && start_as(bochs, &setup, error);

	bochs->version = g_strdup(setup.version);
	bochs_setup_clear(&setup);
	return started;
}

/* What Bochs says in its log, to be freed; NULL where there is none. */
static char *read_log(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, HOST_LOG, NULL);
	char *log = NULL;

	return g_file_get_contents(path, &log, NULL, NULL) ? log : NULL;
}

/* A CPU that halts with interrupts off never goes on. Bochs 3.1 divides some 64-bit numbers wrongly, so a kernel panics
 * before it has a console. */
static gboolean has_halted(const struct bochs *bochs)
{
	g_autofree char *log = read_log(bochs->job->folder);

	return log != NULL && strstr(log, HALTED) != NULL;
}

/* Whether Bochs still runs after that time, and its machine. WNOWAIT leaves its exit status for process_reap. */
static gboolean wait_for_bochs(gpointer machine, int milliseconds)
{
	struct bochs *bochs = machine;
	siginfo_t info = { 0 };

	g_usleep((gulong)milliseconds * 1000);
	bochs->halted = has_halted(bochs);
	if (bochs->halted)
		return FALSE;
	return waitid(P_PID, (id_t)bochs->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

/* Why Bochs gave up, to be freed; NULL if it did not. Bochs also calls it a panic when the machine powers itself off.
 */
static char *find_panic(const char *folder)
{
	g_autofree char *log = read_log(folder);
	const char *panic;

	if (log == NULL)
		return NULL;
	panic = strstr(log, ">>PANIC<< ");
	if (panic == NULL || strstr(panic, "soft power off") != NULL)
		return NULL;
	panic += strlen(">>PANIC<< ");
	return g_strndup(panic, strcspn(panic, "\n"));
}

static gboolean has_results(const char *path)
{
	struct stat status = { 0 };

	return stat(path, &status) == 0 && status.st_size > 0;
}

/* FALSE also where Bochs gave up by itself and there are no results. */
static gboolean follow(struct bochs *bochs, GError **error)
{
	g_autofree char *panic = NULL;
	gboolean ended = host_watch_follow(&bochs->watch, wait_for_bochs, bochs, error);
	int status;

	(void)process_reap(bochs->pid, ended && !bochs->halted ? time_after(END_SECONDS) : 0, &status);
	settle_disk(bochs->job->results);
	if (!ended)
		return FALSE;
	if (bochs->halted) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"the nested host's CPU has halted for good in Bochs %s (" HALTED "); its messages are in %s%s",
			bochs->version, bochs->job->folder, bochs->job->stay);
		return FALSE;
	}
	panic = find_panic(bochs->job->folder);
	if (panic == NULL || has_results(bochs->job->results))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_FAILED, "Bochs gave up: %s; its messages are in %s%s", panic,
		bochs->job->folder, bochs->job->stay);
	return FALSE;
}

static gboolean run(const struct nested_host_source *source, const struct nested_host_job *job, GError **error)
{
	g_autofree char *system = g_build_filename(source->system, "host.iso", NULL);
	struct bochs bochs = { .job = job };
	gboolean ended = FALSE;

	if (!g_file_test(system, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"the nested host with an Intel CPU is not built; 'make nested-intel' builds it");
		return FALSE;
	}
	if (host_watch_open(&bochs.watch, source, job, error) && start(&bochs, error))
		ended = follow(&bochs, error);
	host_watch_close(&bochs.watch);
	g_free(bochs.version);
	return ended;
}

/* The same work takes Bochs about five times as long as TCG. */
const struct host_machine host_bochs = { .accel = "nested-intel",
	.maker = "intel",
	.suffix = "-intel",
	.patience = 5,
	.least_cases = 10,
	.check = check,
	.run = run };
