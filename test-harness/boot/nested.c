/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "error.h"
#include "process.h"
#include "scratch.h"

/* Ports of the nested host by name (test-harness/nested/init), and the child descriptors behind them. */
enum { STDOUT, STDERR, PORTS };
static const char *const port_names[PORTS] = { "stdout", "stderr" };
enum { CHILD_PORT_FD = 10 };

struct host {
	const struct settings *settings;
	const struct nested_job *job;
	const char *folder;
	int fds[PORTS];
	GString *line;
	GPid pid;
};

static gboolean copy(const char *from, const char *folder, const char *name, GError **error)
{
	const char *command[] = { "cp", "-rL", from, NULL, NULL };
	g_autofree char *to = g_build_filename(folder, name, NULL);

	command[3] = to;
	return process_run(command, error);
}

/* The command line inside, words quoted for its shell. */
static char *job_script(const struct host *host)
{
	const struct settings *settings = host->settings;
	g_autoptr(GString) script = g_string_new("export KVMLEAF_NESTED_HOST=1\n"
						 "exec ./kvmleaf-boot --accel kvm --out out --captured captured");

	if (settings->firmware_option != NULL)
		g_string_append(script, " --firmware firmware/CODE.fd:firmware/VARS.fd");
	if (settings->disk != NULL)
		g_string_append(script, " --disk disk.img");
	for (const char *const *argument = host->job->arguments; *argument != NULL; argument++) {
		g_autofree char *quoted = g_shell_quote(*argument);

		g_string_append_printf(script, " %s", quoted);
	}
	g_string_append_c(script, '\n');
	return g_strdup(script->str);
}

static gboolean copy_captures(const struct host *host, const char *job, GError **error)
{
	gboolean good = TRUE;

	for (unsigned smp = 1; good && smp <= host->job->smp_max; smp *= 2) {
		struct capture *capture = capture_get(host->settings, smp, error);
		g_autofree char *folder = g_strdup_printf("%s/captured/%u", job, smp);

		good = capture != NULL && g_mkdir_with_parents(folder, 0755) == 0 &&
		       copy(capture->ram, folder, "ram", error) && copy(capture->stream, folder, "stream", error) &&
		       copy(capture->vars, folder, "vars", error);
		capture_free(capture);
	}
	return good;
}

static gboolean copy_other_apps(const struct host *host, const char *folder, GError **error)
{
	g_autofree char *beside = g_path_get_dirname(host->settings->app);
	g_autofree char *apps = g_build_filename(beside, "mutants", NULL);

	return !host->job->other_apps || copy(apps, folder, "mutants", error);
}

/* The job as a tar archive, which is the host's disk: program, app, cases, and firmware where the user chose one. */
static char *make_job(const struct host *host, GError **error)
{
	const struct settings *settings = host->settings;
	g_autofree char *job = g_build_filename(host->folder, "job", NULL);
	g_autofree char *script = job_script(host);
	g_autofree char *run = g_build_filename(job, "run", NULL);
	g_autofree char *program = g_build_filename(settings->home, "kvmleaf-boot", NULL);
	g_autofree char *arch = g_build_filename(job, "x86_64", NULL);
	g_autofree char *firmware = g_build_filename(job, "firmware", NULL);
	char *tar = g_build_filename(host->folder, "job.tar", NULL);
	const char *pack[] = { "tar", "-cf", tar, "-C", job, ".", NULL };
	gboolean made = g_mkdir_with_parents(arch, 0755) == 0 && g_mkdir_with_parents(firmware, 0755) == 0 &&
			scratch_write(run, script, -1, error) && copy(program, job, "kvmleaf-boot", error) &&
			copy(settings->app, arch, "kvmleaf.efi", error) && copy_other_apps(host, arch, error) &&
			copy(settings->launcher, arch, "launcher.efi", error) && copy_captures(host, job, error) &&
			copy(settings->cases, job, "cases", error) &&
			(settings->disk == NULL || copy(settings->disk, job, "disk.img", error)) &&
			(settings->firmware_option == NULL ||
				(copy(settings->firmware->code, firmware, "CODE.fd", error) &&
					copy(settings->firmware->vars, firmware, "VARS.fd", error))) &&
			process_run(pack, error);

	scratch_remove(job);
	if (!made)
		g_clear_pointer(&tar, g_free);
	return tar;
}

static void add(GPtrArray *command, const char *option, char *value)
{
	g_ptr_array_add(command, g_strdup(option));
	g_ptr_array_add(command, value);
}

static GPtrArray *host_command(const struct host *host, const char *job, const char *results)
{
	const char *nested = host->settings->nested;
	GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(command, g_strdup(host->settings->qemu));
	add(command, "-accel", g_strdup("tcg,thread=multi"));
	/* A model with SVM that TCG can give; nested paging is what makes its KVM bearable. */
	add(command, "-cpu", g_strdup("EPYC,+svm,+npt"));
	add(command, "-machine", g_strdup("q35"));
	add(command, "-m", g_strdup("1024"));
	add(command, "-display", g_strdup("none"));
	g_ptr_array_add(command, g_strdup("-nodefaults"));
	g_ptr_array_add(command, g_strdup("-no-reboot"));
	add(command, "-kernel", g_strdup_printf("%s/vmlinux", nested));
	add(command, "-initrd", g_strdup_printf("%s/initrd.cpio", nested));
	add(command, "-append",
		g_strdup("console=ttyS0 panic=-1 mitigations=off nokaslr quiet rcupdate.rcu_expedited=1"));
	add(command, "-serial", g_strdup_printf("file:%s/host.log", host->folder));
	add(command, "-drive", g_strdup_printf("if=none,id=job,format=raw,readonly=on,file=%s", job));
	add(command, "-device", g_strdup("virtio-blk-pci,drive=job"));
	add(command, "-device", g_strdup("virtio-serial-pci"));
	for (int i = 0; i < PORTS; i++) {
		add(command, "-chardev", g_strdup_printf("socket,id=%s,fd=%d", port_names[i], CHILD_PORT_FD + i));
		add(command, "-device",
			g_strdup_printf("virtserialport,chardev=%s,name=%s", port_names[i], port_names[i]));
	}
	add(command, "-chardev", g_strdup_printf("file,id=results,path=%s", results));
	add(command, "-device", g_strdup("virtserialport,chardev=results,name=results"));
	return command;
}

static void take_output(struct host *host, const char *bytes, gssize length)
{
	for (gssize i = 0; i < length; i++) {
		if (bytes[i] != '\n') {
			g_string_append_c(host->line, bytes[i]);
			continue;
		}
		host->job->on_line(host->job->context, host->line->str);
		g_string_truncate(host->line, 0);
	}
}

/* Until both streams end with the host. FALSE when time runs out. */
static gboolean follow(struct host *host, unsigned timeout)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout * G_USEC_PER_SEC;
	struct pollfd pollers[PORTS];
	char buffer[4096];

	for (int i = 0; i < PORTS; i++)
		pollers[i] = (struct pollfd){ .fd = host->fds[i], .events = POLLIN };
	while (pollers[STDOUT].fd >= 0 || pollers[STDERR].fd >= 0) {
		gint64 left = deadline - g_get_monotonic_time();

		if (left <= 0)
			return FALSE;
		if (poll(pollers, PORTS, (int)(left / 1000) + 1) < 0)
			continue;
		for (int i = 0; i < PORTS; i++) {
			ssize_t got;

			if (pollers[i].fd < 0 || pollers[i].revents == 0)
				continue;
			got = read(pollers[i].fd, buffer, sizeof(buffer));
			if (got <= 0)
				pollers[i].fd = -1;
			else if (i == STDOUT)
				take_output(host, buffer, got);
			else
				(void)!write(STDERR_FILENO, buffer, (size_t)got);
		}
	}
	return TRUE;
}

static gboolean unpack(const struct host *host, const char *results, int *ret_status, GError **error)
{
	const char *show_status[] = { "tar", "-xOf", results, "./status", NULL };
	const char *extract[] = { "tar", "-xf", results, "-C", host->job->results, "--exclude=./status", NULL };
	g_autofree char *status = NULL;

	if (!g_spawn_sync(NULL, (char **)show_status, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
		    NULL, &status, NULL, NULL, error) ||
		*status == '\0') {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"the nested host ended without results; its messages are in %s", host->folder);
		return FALSE;
	}
	*ret_status = atoi(status);
	if (!process_run(extract, error))
		return FALSE;
	(void)g_unlink(results);
	return TRUE;
}

static gboolean start(struct host *host, const char *job, const char *results, GError **error)
{
	g_autoptr(GPtrArray) command = host_command(host, job, results);
	g_autofree char *log = g_build_filename(host->folder, "qemu-host.log", NULL);
	struct process_fd fds[PORTS];

	for (int i = 0; i < PORTS; i++)
		fds[i] = (struct process_fd){ .child_fd = CHILD_PORT_FD + i };
	if (!process_start(command, log, fds, PORTS, &host->pid, error))
		return FALSE;
	for (int i = 0; i < PORTS; i++)
		host->fds[i] = fds[i].fd;
	return TRUE;
}

gboolean nested_run(const struct settings *settings, const struct nested_job *run, int *ret_status, GError **error)
{
	const char *folder = run->folder;
	struct host host = { .settings = settings, .job = run, .folder = folder };
	g_autofree char *initrd = g_build_filename(settings->nested, "initrd.cpio", NULL);
	g_autofree char *results = g_build_filename(folder, "results.tar", NULL);
	g_autofree char *job = NULL;
	gboolean ended;

	if (!g_file_test(initrd, G_FILE_TEST_EXISTS)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "the nested host is not built; 'make nested' builds it");
		return FALSE;
	}
	job = make_job(&host, error);
	if (job == NULL || !start(&host, job, results, error))
		return FALSE;
	host.line = g_string_new(NULL);
	ended = follow(&host, run->timeout);
	(void)process_reap(host.pid, !ended);
	for (int i = 0; i < PORTS; i++)
		(void)close(host.fds[i]);
	g_string_free(host.line, TRUE);
	(void)g_unlink(job);
	if (!ended) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED, "the nested host did not end within %u s", run->timeout);
		return FALSE;
	}
	return unpack(&host, results, ret_status, error);
}
