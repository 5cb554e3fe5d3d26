/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture.h"
#include "error.h"
#include "process.h"
#include "scratch.h"
#include "tail.h"

/* Ports of the nested host by name (test-harness/nested/init); each goes to a file of that name. */
enum { STDOUT, STDERR, PORTS };
static const char *const port_names[PORTS] = { "stdout", "stderr" };

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
		add(command, "-chardev",
			g_strdup_printf("file,id=%s,path=%s/%s", port_names[i], host->folder, port_names[i]));
		add(command, "-device",
			g_strdup_printf("virtserialport,chardev=%s,name=%s", port_names[i], port_names[i]));
	}
	add(command, "-chardev", g_strdup_printf("file,id=results,path=%s", results));
	add(command, "-device", g_strdup("virtserialport,chardev=results,name=results"));
	return command;
}

static void take_stdout(gpointer context, const char *bytes, gsize length)
{
	struct host *host = context;

	for (gsize i = 0; i < length; i++) {
		if (bytes[i] != '\n') {
			g_string_append_c(host->line, bytes[i]);
			continue;
		}
		host->job->on_line(host->job->context, host->line->str);
		g_string_truncate(host->line, 0);
	}
}

static void take_stderr(gpointer context, const char *bytes, gsize length)
{
	(void)context;
	(void)!write(STDERR_FILENO, bytes, length);
}

/* Until the host is gone. FALSE when time runs out. */
static gboolean follow(struct host *host, unsigned timeout)
{
	gint64 deadline = g_get_monotonic_time() + (gint64)timeout * G_USEC_PER_SEC;
	gboolean running = TRUE;

	while (running && g_get_monotonic_time() < deadline) {
		running = waitpid(host->pid, NULL, WNOHANG) == 0;
		tail_read(host->fds[STDOUT], take_stdout, host);
		tail_read(host->fds[STDERR], take_stderr, host);
		if (running)
			g_usleep(TAIL_INTERVAL_MS * G_TIME_SPAN_MILLISECOND);
	}
	return !running;
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

	for (int i = 0; i < PORTS; i++) {
		g_autofree char *path = g_build_filename(host->folder, port_names[i], NULL);

		host->fds[i] = tail_open(path, error);
		if (host->fds[i] < 0)
			return FALSE;
	}
	return process_start(command, log, NULL, 0, &host->pid, error);
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
	if (ended)
		g_spawn_close_pid(host.pid);
	else
		(void)process_reap(host.pid, TRUE);
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
