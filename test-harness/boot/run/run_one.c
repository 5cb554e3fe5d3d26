/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "run/accel.h"
#include "cases/case_keys.h"
#include "base/error.h"
#include "judge/judge_guest.h"
#include "kvmleaf/exit_status.h"
#include "nested/nested.h"
#include "nested/nested_host.h"
#include "qemu/qemu_info.h"
#include "run/run.h"
#include "run/case_boot.h"
#include "base/stop.h"

static void print_line(gpointer context, const char *line)
{
	(void)context;
	g_print("%s\n", line);
}

static gboolean has_passed(const struct guest_result *result)
{
	return result->console.end != NULL &&
	       g_strcmp0(g_hash_table_lookup(result->console.end, "status"), exit_status_name(STATUS_PASS)) == 0;
}

static gboolean check_names(const struct settings *settings, struct boot_case *boot, GError **error)
{
	struct qemu_info *info = qemu_info_get(settings->qemu, error);
	gboolean good = info != NULL && qemu_info_check(info, boot, error);

	if (good && boot->skip != NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s", boot->skip);
		good = FALSE;
	}
	qemu_info_free(info);
	return good;
}

/* The case that the options describe; NULL and one line for names that nobody knows. */
static struct boot_case *one_case(const struct settings *settings, const char *accel, GError **error)
{
	struct boot_case *boot = case_new("boot");
	gboolean good = TRUE;

	g_free(boot->arguments);
	boot->arguments = g_strjoinv(" ", settings->arguments);

	boot->accel = g_strdup(strcmp(accel, "tcg") == 0 ? "tcg" : "kvm");
	boot->cpu = g_strdup(settings->cpu != NULL ? settings->cpu : strcmp(accel, "tcg") == 0 ? "max" : "host");
	boot->smp = (unsigned)settings->smp;
	if (settings->machine != NULL)
		good = case_set_key(boot, "machine", settings->machine, error);
	if (good && settings->require != NULL)
		good = case_set_key(boot, "set", settings->require, error);
	if (good && settings->forbid != NULL)
		good = case_set_key(boot, "clear", settings->forbid, error);
	/* A disk or the usual machine has its store in flash; another machine in the nested host would take a minute
	 * so. */
	boot->flash = !settings->inside || settings->disk != NULL || strcmp(boot->machine, "q35") == 0;
	if (good && !settings->inside)
		good = check_names(settings, boot, error);
	if (!good)
		g_clear_pointer(&boot, case_free);
	return boot;
}

/* The status is the app's own word: what it was asked by its arguments or its disk is not known here. */
static void take_status(struct boot_case *boot, const struct guest_result *result)
{
	const char *status = result->console.end != NULL ? g_hash_table_lookup(result->console.end, "status") : NULL;

	boot->status = g_strdup(status);
}

static int one_boot_here(
	const struct settings *settings, struct boot_case *boot, const char *accel, const char *out, GError **error)
{
	g_autofree char *folder = g_build_filename(out, boot->name, NULL);
	struct guest_result result;
	struct judged judged;
	int status;

	if (!case_boot(settings, boot, accel, folder, print_line, &result, error))
		return BOOT_SETUP;
	take_status(boot, &result);
	judge_guest(boot, &result, &judged);
	if (result.report != NULL)
		g_print("\nThe report, read back from the %s (%zu bytes):\n%s",
			result.flash ? "variable store" : "console", result.report_length, result.report);
	for (guint i = 0; i < judged.wrong->len; i++)
		g_printerr("kvmleaf-boot: %s\n", (const char *)g_ptr_array_index(judged.wrong, i));
	for (guint i = 0; i < judged.silent->len; i++)
		g_printerr("kvmleaf-boot: not held against %s, which gave no answer\n",
			(const char *)g_ptr_array_index(judged.silent, i));
	status = judged.wrong->len == 0 && has_passed(&result) ? BOOT_PASS : BOOT_FAILED;
	judged_clear(&judged);
	guest_result_clear(&result);
	return status;
}

static void add_option(GPtrArray *arguments, const char *name, const char *value)
{
	if (value != NULL)
		g_ptr_array_add(arguments, g_strdup_printf("--%s=%s", name, value));
}

static GPtrArray *nested_arguments(const struct settings *settings, const struct boot_case *boot)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(arguments, g_strdup_printf("--timeout=%d", settings->timeout));
	g_ptr_array_add(arguments, g_strdup_printf("--smp=%u", boot->smp));
	add_option(arguments, "cpu", boot->cpu);
	add_option(arguments, "machine", boot->machine);
	add_option(arguments, "require", settings->require);
	add_option(arguments, "forbid", settings->forbid);
	if (settings->cold)
		g_ptr_array_add(arguments, g_strdup("--cold"));
	g_ptr_array_add(arguments, g_strdup("--"));
	for (char **argument = settings->arguments; *argument != NULL; argument++)
		g_ptr_array_add(arguments, g_strdup(*argument));
	g_ptr_array_add(arguments, NULL);
	return arguments;
}

static int one_boot_nested(
	const struct settings *settings, const struct boot_case *boot, const char *out, GError **error)
{
	g_autoptr(GPtrArray) arguments = nested_arguments(settings, boot);
	struct nested_job job = { .arguments = (const char *const *)arguments->pdata,
		.smp_max = case_can_restore(settings, boot) ? boot->smp : 0,
		.folder = out,
		.results = out,
		.timeout = NESTED_START_SECONDS + (unsigned)settings->timeout,
		.on_line = print_line };
	int status = BOOT_SETUP;

	(void)nested_run(settings, &job, &status, error);
	return status;
}

int run_one_boot(const struct settings *settings, const char *out, GError **error)
{
	const char *accel = accel_resolve(settings, error);
	struct boot_case *boot = accel != NULL ? one_case(settings, accel, error) : NULL;
	gboolean nested = g_strcmp0(accel, "nested") == 0;
	int status;

	if (boot == NULL)
		return (*error)->code;
	if (settings->deadline > 0)
		stop_at(time_after(settings->deadline), (unsigned)settings->deadline);
	if (!settings->inside)
		g_printerr("Booting kvmleaf on %s.\n", nested ? "real KVM inside the nested host" : accel);
	status =
		nested ? one_boot_nested(settings, boot, out, error) : one_boot_here(settings, boot, accel, out, error);
	case_free(boot);
	return status;
}
