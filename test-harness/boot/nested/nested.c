/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested/nested.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "guest/capture.h"
#include "base/error.h"
#include "nested/nested_host.h"
#include "base/process.h"
#include "base/scratch.h"

/* A job has some 100 MiB at most; a disk that takes longer than that is stuck. */
enum { COPY_SECONDS = 120 };

struct work {
	const struct settings *settings;
	const struct nested_job *job;
};

static gboolean copy(const char *from, const char *folder, const char *name, GError **error)
{
	const char *command[] = { "cp", "-rL", from, NULL, NULL };
	g_autofree char *to = g_build_filename(folder, name, NULL);

	command[3] = to;
	return process_run(command, COPY_SECONDS, error);
}

/* The command line inside, words quoted for its shell. */
static char *job_script(const struct work *work)
{
	const struct settings *settings = work->settings;
	g_autoptr(GString) script = g_string_new("export KVMLEAF_NESTED_HOST=1 LC_ALL=C.UTF-8\n"
						 "exec ./kvmleaf-boot --accel kvm --out out --captured captured");

	if (settings->firmware_option != NULL)
		g_string_append(script, " --firmware firmware/CODE.fd:firmware/VARS.fd");
	if (settings->disk != NULL)
		g_string_append(script, " --disk disk.img");
	for (const char *const *argument = work->job->arguments; *argument != NULL; argument++) {
		g_autofree char *quoted = g_shell_quote(*argument);

		g_string_append_printf(script, " %s", quoted);
	}
	g_string_append_c(script, '\n');
	return g_strdup(script->str);
}

static gboolean copy_captures(const struct work *work, const char *job, GError **error)
{
	gboolean good = TRUE;

	for (unsigned smp = 1; good && smp <= work->job->smp_max; smp *= 2) {
		struct capture *capture = capture_get(work->settings, smp, error);
		g_autofree char *folder = g_strdup_printf("%s/captured/%u", job, smp);

		good = capture != NULL && g_mkdir_with_parents(folder, 0755) == 0 &&
		       copy(capture->ram, folder, "ram", error) && copy(capture->stream, folder, "stream", error) &&
		       copy(capture->vars, folder, "vars", error);
		capture_free(capture);
	}
	return good;
}

static gboolean copy_other_apps(const struct work *work, const char *folder, GError **error)
{
	g_autofree char *beside = g_path_get_dirname(work->settings->app);
	g_autofree char *apps = g_build_filename(beside, "mutants", NULL);

	return !work->job->other_apps || copy(apps, folder, "mutants", error);
}

static gboolean copy_images(const struct work *work, const char *folder, GError **error)
{
	return !work->job->images || copy(work->settings->images, folder, "images", error);
}

/* The job as a tar archive, which is the host's disk: program, app, cases, and firmware where the user chose one. */
static char *make_job(const struct work *work, GError **error)
{
	const struct settings *settings = work->settings;
	g_autofree char *job = g_build_filename(work->job->folder, "job", NULL);
	g_autofree char *script = job_script(work);
	g_autofree char *run = g_build_filename(job, "run", NULL);
	g_autofree char *program = g_build_filename(settings->home, "kvmleaf-boot", NULL);
	g_autofree char *arch = g_build_filename(job, "x86_64", NULL);
	g_autofree char *firmware = g_build_filename(job, "firmware", NULL);
	char *tar = g_build_filename(work->job->folder, "job.tar", NULL);
	const char *pack[] = { "tar", "-cf", tar, "-C", job, ".", NULL };
	gboolean made = g_mkdir_with_parents(arch, 0755) == 0 && g_mkdir_with_parents(firmware, 0755) == 0 &&
			scratch_write(run, script, -1, error) && copy(program, job, "kvmleaf-boot", error) &&
			copy(settings->app, arch, "kvmleaf.efi", error) && copy_other_apps(work, arch, error) &&
			copy(settings->launcher, arch, "launcher.efi", error) && copy_captures(work, job, error) &&
			copy(settings->cases, job, "cases", error) && copy_images(work, job, error) &&
			(settings->disk == NULL || copy(settings->disk, job, "disk.img", error)) &&
			(settings->firmware_option == NULL ||
				(copy(settings->firmware->code, firmware, "CODE.fd", error) &&
					copy(settings->firmware->vars, firmware, "VARS.fd", error))) &&
			process_run(pack, COPY_SECONDS, error);

	scratch_remove(job);
	if (!made)
		g_clear_pointer(&tar, g_free);
	return tar;
}

static gboolean unpack(const struct work *work, const char *results, int *ret_status, GError **error)
{
	const char *show_status[] = { "tar", "-xOf", results, "./status", NULL };
	const char *extract[] = { "tar", "-xf", results, "-C", work->job->results, "--exclude=./status", NULL };
	struct stat file = { 0 };
	g_autofree char *status = NULL;

	/* Of a host that died there is nothing, of which tar need not speak. */
	if (stat(results, &file) == 0 && file.st_size > 0)
		status = process_output(show_status, COPY_SECONDS, NULL);
	if (status == NULL || *status == '\0') {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"the nested host ended without results; its messages are in %s", work->job->folder);
		return FALSE;
	}
	*ret_status = atoi(status);
	if (!process_run(extract, COPY_SECONDS, error))
		return FALSE;
	(void)g_unlink(results);
	return TRUE;
}

gboolean nested_run(const struct settings *settings, const struct nested_job *job, int *ret_status, GError **error)
{
	struct work work = { .settings = settings, .job = job };
	g_autofree char *results = g_build_filename(job->folder, "results.tar", NULL);
	g_autofree char *archive = make_job(&work, error);
	struct nested_host_job host_job = { .folder = job->folder,
		.archive = archive,
		.results = results,
		.timeout = job->timeout,
		.on_line = job->on_line,
		.context = job->context };
	gboolean ended = archive != NULL && nested_host_run(settings, &host_job, error);

	if (archive != NULL)
		(void)g_unlink(archive);
	return ended && unpack(&work, results, ret_status, error);
}
