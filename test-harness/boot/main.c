/* SPDX-License-Identifier: BSD-2-Clause */
/* kvmleaf-boot: boots kvmleaf under QEMU, reads its report back and judges it, and reads, decodes and compares reports.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/scratch.h"
#include "base/stop.h"
#include "core/judge/judge.h"
#include "host.h"
#include "kvmleaf/version.h"
#include "options.h"
#include "report/decode.h"
#include "report/diff.h"
#include "report/explain.h"
#include "report/feature_table.h"
#include "report/raw.h"
#include "report/read_report.h"
#include "run/print_host.h"
#include "run/run.h"

/* Makes the folder of --out and locks it, so that no other run writes there. *ret_lock is to be closed. */
static gboolean lock_out_folder(const char *folder, int *ret_lock, GError **error)
{
	if (g_mkdir_with_parents(folder, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "--out=%s: the folder cannot be made: %s", folder,
			g_strerror(errno));
		return FALSE;
	}
	*ret_lock = scratch_lock(folder, FALSE);
	if (*ret_lock < 0)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "--out=%s: %s", folder,
			errno == EWOULDBLOCK ? "another run is writing there" : g_strerror(errno));
	return *ret_lock >= 0;
}

typedef int run_fn(const struct options *options, const struct host *host, const char *out, GError **error);

/* Runs guests, with their files in the folder of --out, or in a temporary folder. */
static int run_in_folder(run_fn *run, const struct options *options, const struct host *host, GError **error)
{
	g_autofree char *scratch = NULL;
	int status = BOOT_SETUP;
	int lock = -1;

	if (options->out != NULL) {
		if (lock_out_folder(options->out, &lock, error)) {
			status = run(options, host, options->out, error);
			(void)close(lock);
		}
		return status;
	}
	scratch = options->keep ? scratch_make_kept(error) : scratch_make(error);
	if (scratch == NULL)
		return BOOT_SETUP;
	status = run(options, host, scratch, error);
	if (options->keep)
		g_printerr("Kept in %s\n", scratch);
	else
		scratch_remove(scratch);
	return status;
}

static int run_guests(run_fn *run, const struct options *options, GError **error)
{
	struct host host;
	int status = BOOT_SETUP;

	host_find(&host, options);
	if (host_find_parts(&host, options, error))
		status = run_in_folder(run, options, &host, error);
	host_clear(&host);
	return status;
}

static int do_boot(const struct options *options, GError **error)
{
	return run_guests(run_boot, options, error);
}

static int do_cases(const struct options *options, GError **error)
{
	struct host host;
	int status;

	if (!options->list)
		return run_guests(run_cases, options, error);
	host_find(&host, options);
	status = run_list(options, &host, error);
	host_clear(&host);
	return status;
}

static int do_nested_job(const struct options *options, GError **error)
{
	struct host host;
	g_autofree char *out = NULL;
	int status = BOOT_SETUP;

	host_find(&host, options);
	out = g_build_filename(host.home, "out", NULL);
	if (host_find_parts(&host, options, error))
		status = run_nested_job(options, &host, out, error);
	host_clear(&host);
	return status;
}

/* The report in the file that was named, or in this system's variable; to be freed. */
static char *report_asked(const struct options *options, GError **error)
{
	char *report = read_report(options->words[0] ?: REPORT_OF_THIS_SYSTEM, error);

	if (report == NULL && options->words[0] == NULL)
		g_prefix_error(error,
			"no report of this system can be read; it was not booted by UEFI, or kvmleaf has not "
			"run on it: ");
	return report;
}

static int do_read(const struct options *options, GError **error)
{
	g_autofree char *report = report_asked(options, error);
	g_autofree char *raw = report != NULL && options->raw ? raw_text(report, error) : NULL;

	if (report == NULL || (options->raw && raw == NULL))
		return BOOT_USAGE;
	g_print("%s", options->raw ? raw : report);
	return BOOT_PASS;
}

static int do_decode(const struct options *options, GError **error)
{
	g_autofree struct report *report = options->here ? decode_here(error) : decode_file(options->words[0], error);
	g_autofree char *text = NULL;

	if (report == NULL)
		return BOOT_USAGE;
	text = options->json ? decode_json(report) : decode_table(report);
	g_print("%s", text);
	return judge_status(report) == STATUS_PASS ? BOOT_PASS : BOOT_FAILED;
}

static int do_explain(const struct options *options, GError **error)
{
	g_autofree char *report = report_asked(options, error);
	g_autofree char *text = NULL;

	if (report != NULL)
		text = options->json ? explain_json(report, error) : explain_table(report, error);
	if (text == NULL)
		return BOOT_USAGE;
	g_print("%s", text);
	return BOOT_PASS;
}

static int do_diff(const struct options *options, GError **error)
{
	return diff_print(options->words[0], options->words[1], error);
}

static int do_features(const struct options *options, GError **error)
{
	(void)options;
	(void)error;
	feature_table_print();
	return BOOT_PASS;
}

static int do_host(const struct options *options, GError **error)
{
	return print_host(options, error);
}

static int run_command(const struct options *options, GError **error)
{
	static int (*const commands[COMMAND_COUNT])(const struct options *options, GError **error) = {
		[COMMAND_BOOT] = do_boot,
		[COMMAND_CASES] = do_cases,
		[COMMAND_READ] = do_read,
		[COMMAND_DECODE] = do_decode,
		[COMMAND_EXPLAIN] = do_explain,
		[COMMAND_DIFF] = do_diff,
		[COMMAND_FEATURES] = do_features,
		[COMMAND_HOST] = do_host,
		[COMMAND_NESTED_JOB] = do_nested_job,
	};
	g_autofree char *help = NULL;

	if (options->version) {
		g_print("kvmleaf-boot " KVMLEAF_VERSION "\n");
		return BOOT_PASS;
	}
	if (!options->help)
		return commands[options->command](options, error);
	help = options_help(options);
	g_print("%s", help);
	return BOOT_PASS;
}

/*
 * If the parent has closed a standard descriptor, the next file that is opened would get its number, and output would
 * be written to that file. /dev/null takes its place, read-only, so that writing to a closed standard output still
 * fails.
 */
static void fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
}

int main(int argc, char **argv)
{
	struct options options;
	GError *error = NULL;
	int status = BOOT_USAGE;

	fill_standard_descriptors();
	(void)setlocale(LC_CTYPE, "");  /* prints paths that are not ASCII unchanged */
	(void)signal(SIGPIPE, SIG_IGN); /* writing to a QEMU that has ended gives EPIPE */
	stop_on_signals();
	if (options_parse(&options, argc, argv, &error))
		status = run_command(&options, &error);
	if (error == NULL && (fflush(stdout) != 0 || ferror(stdout)))
		g_set_error(&error, BOOT_ERROR, BOOT_SETUP, "standard output cannot be written");
	if (error != NULL) {
		g_printerr("kvmleaf-boot: %s\n", error->message);
		status = error->domain == BOOT_ERROR ? error->code : BOOT_SETUP;
		g_error_free(error);
	}
	options_clear(&options);
	/* After cleaning up, ends by the signal that was caught, so that the parent sees it. */
	if (stop_signal() != 0)
		(void)raise(stop_signal());
	return status;
}
