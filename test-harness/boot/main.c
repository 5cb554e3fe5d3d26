/* SPDX-License-Identifier: BSD-2-Clause */
/* kvmleaf-boot: boots kvmleaf under QEMU, reads its report back, and says whether all is as it should be. */
#include <glib.h>
#include <signal.h>
#include <stdio.h>

#include "accel.h"
#include "decode.h"
#include "diff.h"
#include "error.h"
#include "feature_table.h"
#include "judge.h"
#include "kvmleaf/version.h"
#include "raw.h"
#include "read_report.h"
#include "run.h"
#include "scratch.h"
#include "settings.h"

static int print_best_accel(const struct settings *settings, GError **error)
{
	const char *accel = accel_resolve(settings, error);

	if (accel == NULL)
		return BOOT_SETUP;
	g_print("%s\n", accel);
	return BOOT_PASS;
}

/* Runs guests in the folder that was asked for, or in one that goes with the run. */
static int run(struct settings *settings, GError **error)
{
	g_autofree char *scratch = settings->out == NULL ? scratch_make(error) : NULL;
	const char *out = settings->out != NULL ? settings->out : scratch;
	int status;

	if (out == NULL)
		return BOOT_SETUP;
	if (g_mkdir_with_parents(out, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "--out=%s: the folder cannot be made", out);
		return BOOT_SETUP;
	}
	status = settings->one_boot ? run_one_boot(settings, out, error) : run_cases(settings, out, error);
	if (scratch != NULL && settings->keep)
		g_printerr("Kept in %s\n", scratch);
	else if (scratch != NULL)
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

int main(int argc, char **argv)
{
	struct settings settings;
	GError *error = NULL;
	int status = BOOT_USAGE;

	(void)signal(SIGPIPE, SIG_IGN); /* a QEMU that is gone is an error like any other */
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
	return status;
}
