/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nested hosts on QEMU's TCG, whose CPU has SVM. A host is booted once until it waits for a job, then captured and kept
 * in the cache; each run restores it.
 */
#include <string.h>
#include <unistd.h>

#include "base/cache.h"
#include "base/error.h"
#include "base/process.h"
#include "base/scratch.h"
#include "guest/qemu_command.h"
#include "nested/host_machine.h"
#include "nested/host_watch.h"
#include "qemu/migration.h"
#include "qemu/qmp.h"

/* MiB: enough for the initial file system twice while it is unpacked, later for two captured guests, a running one, and
 * the files that NESTED_CASES_MAX guests (run/run_cases.c) leave. */
#define HOST_MEMORY "1024"

enum { CAPTURE_ATTEMPTS = 4 };

enum { RAM, STREAM };
static const char *const parts[] = { "ram", "stream", NULL };

struct nested_host {
	const struct nested_host_source *source;
	const struct nested_host_job *job;
	enum guest_mode mode; /* GUEST_CAPTURE or GUEST_RESTORE */
	const char *kept;     /* the folder that has or takes the captured machine */
	struct host_watch watch;
	GPid pid;
	struct qmp qmp;
};

static char *part(const struct nested_host *host, int which)
{
	return g_build_filename(host->kept, parts[which], NULL);
}

static void add(GPtrArray *command, const char *option, char *value)
{
	g_ptr_array_add(command, g_strdup(option));
	if (value != NULL)
		g_ptr_array_add(command, value);
}

/* The options that a capture and its restores must have in common. They are part of the cache's key. */
static void add_common_options(GPtrArray *command)
{
	add(command, "-accel", g_strdup("tcg,thread=multi"));
	/* A model with SVM that TCG supports. Without nested paging, KVM is far too slow on it. */
	add(command, "-cpu", g_strdup("EPYC,+svm,+npt"));
	add(command, "-machine", g_strdup("q35,memory-backend=ram"));
	add(command, "-m", g_strdup(HOST_MEMORY));
	add(command, "-display", g_strdup("none"));
	add(command, "-nodefaults", NULL);
	add(command, "-no-reboot", NULL);
	add(command, "-append",
		g_strdup("console=ttyS0 panic=-1 mitigations=off nokaslr quiet rcupdate.rcu_expedited=1"));
	add(command, "-device", g_strdup("virtio-blk-pci,drive=job"));
	add(command, "-device", g_strdup("virtio-serial-pci"));
	for (int i = 0; i < HOST_PORTS; i++)
		add(command, "-device",
			g_strdup_printf("virtserialport,chardev=%s,name=%s", host_port_names[i], host_port_names[i]));
	add(command, "-device", g_strdup("virtserialport,chardev=results,name=results"));
}

static GPtrArray *host_command(const struct nested_host *host)
{
	const struct nested_host_job *job = host->job;
	const char *nested = host->source->system;
	GPtrArray *command = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *ram_path = part(host, RAM);
	g_autofree char *ram = qemu_escape(ram_path);
	g_autofree char *folder = qemu_escape(job->folder);
	g_autofree char *archive = qemu_escape(job->archive);
	g_autofree char *results = qemu_escape(job->results);

	add(command, host->source->qemu, NULL);
	add_common_options(command);
	add(command, "-kernel", g_strdup_printf("%s/vmlinux", nested));
	add(command, "-initrd", g_strdup_printf("%s/initrd.cpio", nested));
	add(command, "-object",
		g_strdup_printf("memory-backend-file,id=ram,size=" HOST_MEMORY "M,mem-path=%s,share=%s", ram,
			host->mode == GUEST_CAPTURE ? "on" : "off"));
	add(command, "-chardev", g_strdup_printf("file,id=serial,path=%s/" HOST_CONSOLE, folder));
	add(command, "-serial", g_strdup("chardev:serial"));
	add(command, "-drive", g_strdup_printf("if=none,id=job,format=raw,readonly=on,file=%s", archive));
	for (int i = 0; i < HOST_PORTS; i++)
		add(command, "-chardev",
			g_strdup_printf("file,id=%s,path=%s/%s", host_port_names[i], folder, host_port_names[i]));
	add(command, "-chardev", g_strdup_printf("file,id=results,path=%s", results));
	add(command, "-chardev", g_strdup_printf("socket,id=qmp,fd=%d", CHILD_QMP_FD));
	add(command, "-qmp", g_strdup("chardev:qmp"));
	if (host->mode == GUEST_RESTORE) {
		add(command, "-incoming", g_strdup("defer"));
		add(command, "-S", NULL);
	}
	return command;
}

static gboolean start(struct nested_host *host, GError **error)
{
	g_autoptr(GPtrArray) command = host_command(host);
	g_autofree char *log = g_build_filename(host->job->folder, HOST_OUTPUT, NULL);
	g_autofree char *stream = part(host, STREAM);
	struct process_fd fds[] = { { .child_fd = CHILD_QMP_FD }, { .child_fd = CHILD_STREAM_FD, .path = stream } };

	if (!host_watch_open(&host->watch, host->source, host->job, error) ||
		!process_start(command, log, fds, host->mode == GUEST_RESTORE ? 2 : 1, &host->pid, error))
		return FALSE;
	qmp_init(&host->qmp, fds[0].fd, NULL, NULL);
	return TRUE;
}

static void stop(struct nested_host *host)
{
	if (host->watch.line != NULL)
		host_watch_close(&host->watch);
	if (host->pid != 0) {
		int status;

		(void)process_reap(host->pid, 0, &status);
		(void)close(host->qmp.fd);
		qmp_clear(&host->qmp);
	}
}

static gboolean wait_for_qemu(gpointer machine, int milliseconds)
{
	struct nested_host *host = machine;

	return qmp_wait(&host->qmp, milliseconds);
}

static gboolean follow(struct nested_host *host, GError **error)
{
	return host_watch_follow(&host->watch, wait_for_qemu, host, error);
}

static struct nested_host host_of(const struct nested_host_source *source, const struct nested_host_job *job,
	enum guest_mode mode, const char *kept)
{
	return (struct nested_host){ .source = source, .job = job, .mode = mode, .kept = kept };
}

/* Without a job, init prints "ready" when it waits for one. */
static void take_ready(gpointer context, const char *line)
{
	struct nested_host *host = context;

	host->watch.enough = strcmp(line, "ready") == 0;
}

/* Boots the host until its init waits for a job, and saves it in folder. */
static gboolean try_make(gpointer context, const char *folder, GError **error)
{
	g_autofree char *nothing = g_build_filename(folder, "nothing", NULL);
	struct nested_host_job job = { .folder = folder,
		.stay = "",
		.archive = nothing,
		.results = "/dev/null",
		.timeout = NESTED_START_SECONDS,
		.on_line = take_ready };
	struct nested_host host = host_of(context, &job, GUEST_CAPTURE, folder);
	g_autofree char *stream = part(&host, STREAM);
	gboolean made;

	job.context = &host;
	made = scratch_write(nothing, "", 0, error) && start(&host, error) && qmp_greet(&host.qmp, error);

	made = made && follow(&host, error);
	if (made && !host.watch.enough) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED, "QEMU ended before it was up");
		made = FALSE;
	}
	made = made && qmp_run(&host.qmp, "stop", NULL, error) && migration_save(&host.qmp, stream, error);
	stop(&host);
	if (!made)
		g_prefix_error(error, "the nested host could not be captured: ");
	return made;
}

/* Tries again, since init ends a host whose clock was miscalibrated at boot. */
static gboolean make(gpointer context, const char *folder, GError **error)
{
	for (int attempt = 1; attempt < CAPTURE_ATTEMPTS; attempt++)
		if (try_make(context, folder, NULL))
			return TRUE;
	return try_make(context, folder, error);
}

/* The cache's key: QEMU, its options, and the file "sums" with checksums of the host's system, which the build writes.
 */
static char *key_of(const struct nested_host_source *source, GError **error)
{
	g_autofree char *qemu = g_find_program_in_path(source->qemu);
	g_autofree char *system = g_build_filename(source->system, "sums", NULL);
	const char *files[] = { system, qemu, NULL };
	g_autoptr(GPtrArray) common = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *text = NULL;

	if (!g_file_test(system, G_FILE_TEST_EXISTS)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "the nested host is not built; 'make nested' builds it");
		return NULL;
	}
	if (qemu == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is not in PATH", source->qemu);
		return NULL;
	}
	add_common_options(common);
	text = qemu_command_text(common);
	return cache_key(files, text, error);
}

static gboolean restore_and_follow(struct nested_host *host, GError **error)
{
	if (!start(host, error) || !qmp_greet(&host->qmp, error) || !migration_restore(&host->qmp, error))
		return FALSE;
	return qmp_run(&host->qmp, "cont", NULL, error) && follow(host, error);
}

static gboolean run(const struct nested_host_source *source, const struct nested_host_job *job, GError **error)
{
	struct cache_recipe recipe = {
		.cache = source->cache, .kind = "host", .parts = parts, .make = make, .context = (gpointer)source
	};
	g_autofree char *key = key_of(source, error);
	g_autofree char *folder = key != NULL ? cache_get(&recipe, key, error) : NULL;
	struct nested_host host;
	gboolean ended;

	if (folder == NULL)
		return FALSE;
	host = host_of(source, job, GUEST_RESTORE, folder);
	ended = restore_and_follow(&host, error);
	stop(&host);
	return ended;
}

/* QEMU is needed for the guests themselves, and was looked for before. */
static gboolean check(GError **error)
{
	(void)error;
	return TRUE;
}

const struct host_machine host_qemu = {
	.accel = "nested", .maker = "amd", .suffix = "", .patience = 1, .least_cases = 4, .check = check, .run = run
};
