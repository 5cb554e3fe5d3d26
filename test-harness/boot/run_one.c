/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "accel.h"
#include "error.h"
#include "judge_guest.h"
#include "kvmleaf/exit_status.h"
#include "nested.h"
#include "run.h"
#include "run_guest.h"

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

static struct boot_case *one_case(const struct settings *settings, const char *accel)
{
	struct boot_case *boot = case_new("boot");

	g_free(boot->arguments);
	boot->arguments = g_strjoinv(" ", settings->arguments);
	boot->cpu = g_strdup(settings->cpu != NULL ? settings->cpu : strcmp(accel, "kvm") == 0 ? "host" : "max");
	boot->flash = TRUE;
	return boot;
}

static int one_boot_here(const struct settings *settings, const char *accel, const char *out, GError **error)
{
	struct boot_case *boot = one_case(settings, accel);
	g_autofree char *folder = g_build_filename(out, boot->name, NULL);
	g_autoptr(GPtrArray) complaints = NULL;
	struct guest_result result;
	int status = BOOT_SETUP;

	if (run_guest(settings, boot, accel, folder, print_line, &result, error)) {
		complaints = judge_guest(boot, &result);
		if (result.report != NULL)
			g_print("\nThe report, read back from the variable store (%zu bytes):\n%s",
				strlen(result.report), result.report);
		for (guint i = 0; i < complaints->len; i++)
			g_printerr("kvmleaf-boot: %s\n", (const char *)g_ptr_array_index(complaints, i));
		status = complaints->len == 0 && has_passed(&result) ? BOOT_PASS : BOOT_FAILED;
		guest_result_clear(&result);
	}
	case_free(boot);
	return status;
}

static int one_boot_nested(const struct settings *settings, const char *out, GError **error)
{
	struct boot_case *boot = one_case(settings, "kvm");
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
	struct nested_job job = { .smp_max = run_can_restore(settings, boot) ? boot->smp : 0,
		.folder = out,
		.results = out,
		.timeout = NESTED_START_SECONDS + (unsigned)settings->timeout,
		.on_line = print_line };
	int status = BOOT_SETUP;

	g_ptr_array_add(arguments, g_strdup_printf("--timeout=%d", settings->timeout));
	g_ptr_array_add(arguments, g_strdup_printf("--cpu=%s", boot->cpu));
	if (settings->cold)
		g_ptr_array_add(arguments, g_strdup("--cold"));
	g_ptr_array_add(arguments, g_strdup("--"));
	for (char **argument = settings->arguments; *argument != NULL; argument++)
		g_ptr_array_add(arguments, g_strdup(*argument));
	g_ptr_array_add(arguments, NULL);
	job.arguments = (const char *const *)arguments->pdata;
	(void)nested_run(settings, &job, &status, error);
	case_free(boot);
	return status;
}

int run_one_boot(const struct settings *settings, const char *out, GError **error)
{
	const char *accel = accel_resolve(settings, error);

	if (accel == NULL)
		return BOOT_SETUP;
	if (!settings->inside)
		g_printerr("Booting kvmleaf on %s.\n",
			strcmp(accel, "nested") == 0 ? "real KVM inside the nested host" : accel);
	return strcmp(accel, "nested") == 0 ? one_boot_nested(settings, out, error)
					    : one_boot_here(settings, accel, out, error);
}
