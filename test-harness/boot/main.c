/* SPDX-License-Identifier: BSD-2-Clause */
/* kvmleaf-boot: boots kvmleaf under QEMU, reads its report back, and says whether all is as it should be. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "run/accel.h"
#include "report/decode.h"
#include "report/diff.h"
#include "base/error.h"
#include "report/feature_table.h"
#include "core/judge/judge.h"
#include "kvmleaf/version.h"
#include "nested/nested_host.h"
#include "report/raw.h"
#include "report/read_report.h"
#include "run/run.h"
#include "base/scratch.h"
#include "settings.h"
#include "base/stop.h"

static int print_best_accel(const struct settings *settings, GError **error)
{
	const char *accel = accel_resolve(settings, error);

	if (accel == NULL)
		return BOOT_SETUP;
	g_print("%s\n", accel);
	return BOOT_PASS;
}

/* The nested host's outside must know that this program lives, however long a guest takes. */
static gpointer say_alive(gpointer unused)
{
	(void)unused;
	for (;;) {
		g_print(NESTED_ALIVE "\n");
		g_usleep((gulong)NESTED_ALIVE_SECONDS * G_USEC_PER_SEC);
	}
	return NULL;
}

/* A folder for what guests leave belongs to one run at a time. */
static gboolean take_folder(const char *folder, int *ret_lock, GError **error)
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

static int run_in(struct settings *settings, const char *out, GError **error)
{
	if (settings->inside)
		g_thread_unref(g_thread_new("alive", say_alive, NULL));
	return settings->one_boot ? run_one_boot(settings, out, error) : run_cases(settings, out, error);
}

/* Runs guests in the folder that was asked for, or in one that goes with the run. */
static int run(struct settings *settings, GError **error)
{
	g_autofree char *scratch = NULL;
	int status = BOOT_SETUP;
	int lock = -1;

	if (settings->out != NULL) {
		if (take_folder(settings->out, &lock, error)) {
			status = run_in(settings, settings->out, error);
			(void)close(lock);
		}
		return status;
	}
	scratch = settings->keep ? scratch_make_kept(error) : scratch_make(error);
	if (scratch == NULL)
		return BOOT_SETUP;
	status = run_in(settings, scratch, error);
	if (settings->keep)
		g_printerr("Kept in %s\n", scratch);
	else
		scratch_remove(scratch);
	return status;
}

static int print_report(const struct settings *settings, GError **error)
{
	g_autofree char *report = read_report(settings->read, error);
	g_autofree char *raw = report != NULL && settings->raw ? raw_text(report, error) : NULL;

	if (report == NULL || (settings->raw && raw == NULL))
		return BOOT_USAGE;
	g_print("%s", settings->raw ? raw : report);
	return BOOT_PASS;
}

static int print_decoded(const struct settings *settings, GError **error)
{
	g_autofree struct report *report = decode_file(settings->decode, error);
	g_autofree char *text = NULL;

	if (report == NULL)
		return BOOT_USAGE;
	text = settings->json ? decode_json(report) : decode_table(report);
	g_print("%s", text);
	return judge_status(report) == STATUS_PASS ? BOOT_PASS : BOOT_FAILED;
}

static int act(struct settings *settings, GError **error)
{
	if (settings->version) {
		g_print("kvmleaf-boot " KVMLEAF_VERSION "\n");
		return BOOT_PASS;
	}
	if (settings->features) {
		feature_table_print();
		return BOOT_PASS;
	}
	if (settings->read != NULL)
		return print_report(settings, error);
	if (settings->decode != NULL)
		return print_decoded(settings, error);
	if (settings->diff != NULL)
		return diff_print(settings->diff, settings->diff_with, error);
	if (settings->list)
		return run_cases(settings, NULL, error);
	return run(settings, error);
}

/*
 * A standard descriptor that was closed would be given to the next file that is opened, and what is printed would be
 * written to it. /dev/null in its place can be read alone, so that standard output is missed at the end.
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
	struct settings settings;
	GError *error = NULL;
	int status = BOOT_USAGE;

	fill_standard_descriptors();
	(void)setlocale(LC_CTYPE, "");  /* paths are shown as they are */
	(void)signal(SIGPIPE, SIG_IGN); /* a QEMU that is gone is an error like any other */
	stop_on_signals();
	if (settings_parse(&settings, argc, argv, &error)) {
		gboolean needs_parts = !settings.version && !settings.features && !settings.list &&
				       settings.read == NULL && settings.decode == NULL && settings.diff == NULL;

		if (!needs_parts || settings_find_parts(&settings, &error))
			status = settings.best_accel ? print_best_accel(&settings, &error) : act(&settings, &error);
	}
	if (error == NULL && (fflush(stdout) != 0 || ferror(stdout)))
		g_set_error(&error, BOOT_ERROR, BOOT_SETUP, "standard output cannot be written");
	if (error != NULL) {
		g_printerr("kvmleaf-boot: %s\n", error->message);
		status = error->domain == BOOT_ERROR ? error->code : BOOT_SETUP;
		g_error_free(error);
	}
	settings_clear(&settings);
	/* Whoever sent a signal sees that it was the end, once all is put away. */
	if (stop_signal() != 0)
		(void)raise(stop_signal());
	return status;
}
