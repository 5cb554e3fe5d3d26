/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested/nested.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/process.h"
#include "base/scratch.h"
#include "cases/case_facts.h"
#include "cases/resolved_cases.h"
#include "guest/capture.h"

/* Enough for any disk that works: a job has about 100 MiB at most. */
enum { COPY_SECONDS = 120 };

struct work {
	const struct options *options;
	const struct host *host;
	const struct nested_job *job;
	char *folder; /* the job's files are collected here */
};

static gboolean make_folder(const char *path, GError **error)
{
	if (g_mkdir_with_parents(path, 0755) == 0)
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made: %s", path, g_strerror(errno));
	return FALSE;
}

static gboolean copy(const char *from, const char *folder, const char *name, GError **error)
{
	const char *command[] = { "cp", "-rL", from, NULL, NULL };
	g_autofree char *to = g_build_filename(folder, name, NULL);

	command[3] = to;
	return process_run(command, COPY_SECONDS, error);
}

/* Writes the shell script that starts the program inside. */
static gboolean write_script(const struct work *work, GError **error)
{
	g_autoptr(GString) script = g_string_new("export LC_ALL=C.UTF-8\nexec ./kvmleaf-boot nested-job");
	g_auto(GStrv) options = options_for_nested_job(work->options);
	g_autofree char *path = g_build_filename(work->folder, "run", NULL);

	for (char **option = options; *option != NULL; option++) {
		g_autofree char *quoted = g_shell_quote(*option);

		g_string_append_printf(script, " %s", quoted);
	}
	g_string_append(script, work->job->console ? " --console\n" : "\n");
	return scratch_write(path, script->str, -1, error);
}

/* The captured guest that the case is restored from, unless it is there already. */
static gboolean copy_capture(
	const struct work *work, const struct capture_source *source, const struct boot_case *boot_case, GError **error)
{
	enum store_kind store = case_facts(boot_case).flash ? STORE_FLASH : STORE_MEMORY;
	g_autofree char *name = capture_name(boot_case->smp, store);
	g_autofree char *folder = g_build_filename(work->folder, "captured", name, NULL);
	struct capture *capture;
	gboolean copied;

	if (g_file_test(folder, G_FILE_TEST_IS_DIR))
		return TRUE;
	capture = capture_get(source, boot_case->smp, store, error);
	copied = capture != NULL && make_folder(folder, error) && copy(capture->ram, folder, "ram", error) &&
		 copy(capture->stream, folder, "stream", error) && copy(capture->store, folder, "store", error);
	capture_free(capture);
	return copied;
}

static gboolean copy_captures(const struct work *work, GError **error)
{
	struct capture_source source = host_capture_source(work->host, work->options);
	gboolean good = TRUE;

	for (guint i = 0; good && i < work->job->cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(work->job->cases, i);

		if (!work->options->cold && case_facts(boot_case).restorable)
			good = copy_capture(work, &source, boot_case, error);
	}
	return good;
}

/* Copies the app and the launcher, and the other apps and the images if a case names one. */
static gboolean copy_apps(const struct work *work, const char *to, GError **error)
{
	const struct host *host = work->host;
	g_autofree char *beside = g_path_get_dirname(host->app);
	g_autofree char *mutants = g_build_filename(beside, "mutants", NULL);
	gboolean others = FALSE, images = FALSE;

	for (guint i = 0; i < work->job->cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(work->job->cases, i);

		others |= boot_case->app != NULL;
		images |= boot_case->disk != NULL && !g_path_is_absolute(boot_case->disk);
	}
	return copy(host->app, to, "kvmleaf.efi", error) && copy(host->launcher, to, "launcher.efi", error) &&
	       (!others || copy(mutants, to, "mutants", error)) &&
	       (!images || copy(host->images, work->folder, "images", error));
}

/* Writes the cases, complete. A disk image with an absolute path (--disk) is copied to the images inside. */
static gboolean write_cases(const struct work *work, GError **error)
{
	g_autofree char *path = g_build_filename(work->folder, "cases.json", NULL);
	g_autofree char *images = g_build_filename(work->folder, "images", NULL);
	g_autofree struct boot_case *copies = g_new0(struct boot_case, work->job->cases->len);
	g_autoptr(GPtrArray) cases = g_ptr_array_new();
	g_autofree char *text = NULL;

	for (guint i = 0; i < work->job->cases->len; i++) {
		copies[i] = *(const struct boot_case *)g_ptr_array_index(work->job->cases, i);
		g_ptr_array_add(cases, &copies[i]);
		if (copies[i].disk == NULL || !g_path_is_absolute(copies[i].disk))
			continue;
		if (!make_folder(images, error) || !copy(copies[i].disk, images, "disk.img", error))
			return FALSE;
		copies[i].disk = (char *)"disk.img";
	}
	text = resolved_cases_write(cases, error);
	return text != NULL && scratch_write(path, text, -1, error);
}

/* Copies only firmware that --firmware names, since the nested host has the usual one. */
static gboolean copy_firmware(const struct work *work, GError **error)
{
	g_autofree char *to = g_build_filename(work->folder, "firmware", NULL);

	return work->options->firmware == NULL ||
	       (make_folder(to, error) && copy(work->host->firmware->code, to, "CODE.fd", error) &&
		       copy(work->host->firmware->vars, to, "VARS.fd", error));
}

/* Makes the job's tar archive, which is the host's disk, with the program, the app, the cases and the files they need.
 * Returns its path, to be freed; NULL with an error. */
static char *make_job(struct work *work, GError **error)
{
	g_autofree char *program = g_build_filename(work->host->home, "kvmleaf-boot", NULL);
	g_autofree char *apps = g_build_filename(work->folder, "x86_64", NULL);
	char *tar = g_build_filename(work->job->folder, "job.tar", NULL);
	const char *pack[] = { "tar", "-cf", tar, "-C", work->folder, ".", NULL };
	gboolean made = make_folder(apps, error) && write_script(work, error) &&
			copy(program, work->folder, "kvmleaf-boot", error) && copy_apps(work, apps, error) &&
			copy_captures(work, error) && write_cases(work, error) && copy_firmware(work, error) &&
			process_run(pack, COPY_SECONDS, error);

	scratch_remove(work->folder);
	if (!made)
		g_clear_pointer(&tar, g_free);
	return tar;
}

/* How long the folder of the host's messages stays. */
static const char *how_long(const struct options *options)
{
	return options->out != NULL || options->keep ? "" : " until this run ends; --keep keeps them";
}

static gboolean unpack(const struct work *work, const char *results, int *ret_status, GError **error)
{
	const char *show_status[] = { "tar", "-xOf", results, "./status", NULL };
	const char *extract[] = { "tar", "-xf", results, "-C", work->job->results, "--exclude=./status", NULL };
	struct stat file = { 0 };
	g_autofree char *status = NULL;

	/* A host that died leaves no archive; tar would only add an error message. */
	if (stat(results, &file) == 0 && file.st_size > 0)
		status = process_output(show_status, COPY_SECONDS, NULL);
	if (status == NULL || *status == '\0') {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"the nested host ended without results; its messages are in %s%s", work->job->folder,
			how_long(work->options));
		return FALSE;
	}
	*ret_status = atoi(status);
	if (!process_run(extract, COPY_SECONDS, error))
		return FALSE;
	(void)g_unlink(results);
	return TRUE;
}

gboolean nested_run(const struct options *options, const struct host *host, const struct nested_job *job,
	int *ret_status, GError **error)
{
	g_autofree char *folder = g_build_filename(job->folder, "job", NULL);
	g_autofree char *system = g_strconcat(host->nested, job->machine->suffix, NULL);
	struct work work = { .options = options, .host = host, .job = job, .folder = folder };
	struct nested_host_source source = { .machine = job->machine,
		.qemu = host->qemu,
		.system = system,
		.cache = host->cache,
		.silence = (unsigned)options->nested_silence };
	g_autofree char *results = g_build_filename(job->folder, "results.tar", NULL);
	g_autofree char *archive = make_job(&work, error);
	struct nested_host_job host_job = { .folder = job->folder,
		.stay = how_long(options),
		.archive = archive,
		.results = results,
		.timeout =
			job->machine->patience * (NESTED_START_SECONDS + job->cases->len * (unsigned)options->timeout),
		.on_line = job->on_line,
		.context = job->context };
	gboolean ended = archive != NULL && job->machine->run(&source, &host_job, error);

	if (archive != NULL)
		(void)g_unlink(archive);
	return ended && unpack(&work, results, ret_status, error);
}
