/* SPDX-License-Identifier: BSD-2-Clause */
#include "run.h"

#include <string.h>

#include "accel.h"
#include "cases.h"
#include "error.h"
#include "guest.h"
#include "judge_guest.h"
#include "kvmleaf/exit_status.h"
#include "nested.h"
#include "tap.h"

enum { NESTED_START_SECONDS = 60 };

static void print_line(gpointer context, const char *line)
{
	(void)context;
	g_print("%s\n", line);
}

/* What the app is told: to end by debug-exit; without flash, to give its report on the console. A disk image that is
 * booted without a word from the user follows its own configuration. */
static char *app_arguments(const struct settings *settings, const struct boot_case *boot_case)
{
	gboolean need_json = !boot_case->flash && strstr(boot_case->arguments, "--json") == NULL;

	if (settings->disk != NULL && *boot_case->arguments == '\0')
		return g_strdup("");
	return g_strstrip(g_strconcat("--exit=qemu ", need_json ? "--json " : "", boot_case->arguments, NULL));
}

static gboolean run_guest(const struct settings *settings, const struct boot_case *boot_case, const char *accel,
	const char *folder, gboolean live, struct guest_result *result, GError **error)
{
	g_autofree char *arguments = app_arguments(settings, boot_case);
	struct guest_spec spec = {
		.qemu = settings->qemu,
		.accel = accel,
		.machine = boot_case->machine,
		.cpu = boot_case->cpu,
		.smp = boot_case->smp,
		.firmware = settings->firmware,
		.flash = boot_case->flash,
		.rom = settings->rom,
		.app = settings->app,
		.disk = settings->disk,
		.arguments = arguments,
		.extra = (const char *const *)boot_case->extra,
		.folder = folder,
		.timeout = (unsigned)settings->timeout,
		.on_line = live ? print_line : NULL,
	};

	if (g_mkdir_with_parents(folder, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made", folder);
		return FALSE;
	}
	return guest_run(&spec, result, error);
}

static gboolean has_passed(const struct guest_result *result)
{
	return result->console.end != NULL &&
		g_strcmp0(g_hash_table_lookup(result->console.end, "status"), exit_status_name(STATUS_PASS)) == 0;
}

static int one_boot_here(const struct settings *settings, const char *accel, const char *out, GError **error)
{
	struct boot_case *boot = case_new("boot");
	g_autofree char *folder = g_build_filename(out, boot->name, NULL);
	g_autoptr(GPtrArray) complaints = NULL;
	struct guest_result result;
	int status = BOOT_SETUP;

	g_free(boot->arguments);
	boot->arguments = g_strjoinv(" ", settings->arguments);
	boot->cpu = g_strdup(settings->cpu != NULL ? settings->cpu : strcmp(accel, "kvm") == 0 ? "host" : "max");
	boot->flash = TRUE;
	if (run_guest(settings, boot, accel, folder, TRUE, &result, error)) {
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
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
	int status = BOOT_SETUP;

	g_ptr_array_add(arguments, g_strdup_printf("--timeout=%d", settings->timeout));
	if (settings->cpu != NULL)
		g_ptr_array_add(arguments, g_strdup_printf("--cpu=%s", settings->cpu));
	g_ptr_array_add(arguments, g_strdup("--"));
	for (char **argument = settings->arguments; *argument != NULL; argument++)
		g_ptr_array_add(arguments, g_strdup(*argument));
	g_ptr_array_add(arguments, NULL);
	(void)nested_run(settings, (const char *const *)arguments->pdata, out,
		NESTED_START_SECONDS + (unsigned)settings->timeout, print_line, NULL, &status, error);
	return status;
}

int run_one_boot(const struct settings *settings, const char *out, GError **error)
{
	const char *accel = accel_resolve(settings, error);

	if (accel == NULL)
		return BOOT_SETUP;
	g_printerr(
		"Booting kvmleaf on %s.\n", strcmp(accel, "nested") == 0 ? "real KVM inside the nested host" : accel);
	return strcmp(accel, "nested") == 0 ? one_boot_nested(settings, out, error)
					    : one_boot_here(settings, accel, out, error);
}

static gboolean is_wanted(const struct settings *settings, const struct boot_case *boot_case)
{
	for (char **glob = settings->globs; glob != NULL && *glob != NULL; glob++)
		if (g_pattern_match_simple(*glob, boot_case->name))
			return TRUE;
	return settings->globs == NULL;
}

static void run_case_here(const struct settings *settings, const struct boot_case *boot_case, const char *accel,
	const char *out, struct tap *tap)
{
	g_autofree char *folder = g_build_filename(out, boot_case->name, NULL);
	g_autoptr(GPtrArray) complaints = NULL;
	struct guest_result result;
	GError *error = NULL;

	if (!run_guest(settings, boot_case, accel, folder, FALSE, &result, &error)) {
		tap_fail(tap, boot_case->name, error->message);
		g_error_free(error);
		return;
	}
	complaints = judge_guest(boot_case, &result);
	tap_result(tap, boot_case->name, complaints, NULL);
	guest_result_clear(&result);
}

/* The cases that a nested host still owes a result. */
struct relay {
	struct tap *tap;
	GHashTable *pending;
};

static void relay_line(gpointer context, const char *line)
{
	struct relay *relay = context;
	g_autofree char *name = tap_relay(relay->tap, line);

	if (name != NULL)
		g_hash_table_remove(relay->pending, name);
}

static void run_cases_nested(const struct settings *settings, const GPtrArray *cases, const char *out, struct tap *tap)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) pending = g_hash_table_new(g_str_hash, g_str_equal);
	struct relay relay = { .tap = tap, .pending = pending };
	GHashTableIter iter;
	gpointer name;
	GError *error = NULL;
	int status;

	g_ptr_array_add(arguments, g_strdup_printf("--timeout=%d", settings->timeout));
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		g_ptr_array_add(arguments, g_strdup_printf("--case=%s", boot_case->name));
		g_hash_table_add(pending, boot_case->name);
	}
	g_ptr_array_add(arguments, NULL);
	(void)nested_run(settings, (const char *const *)arguments->pdata, out,
		NESTED_START_SECONDS + cases->len * (unsigned)settings->timeout, relay_line, &relay, &status, &error);
	g_hash_table_iter_init(&iter, pending);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		tap_fail(tap, name, error != NULL ? error->message : "the nested host gave no result for it");
	g_clear_error(&error);
}

/* KVM cases where there is no KVM to run them on. */
static void skip_cases(const struct settings *settings, const GPtrArray *cases, const char *why, struct tap *tap)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (settings->require_kvm)
			tap_fail(tap, boot_case->name, why);
		else
			tap_result(tap, boot_case->name, NULL, why);
	}
}

static void run_kvm_cases(const struct settings *settings, const GPtrArray *cases, const char *out, struct tap *tap)
{
	GError *error = NULL;
	const char *accel = cases->len > 0 ? accel_resolve(settings, &error) : NULL;

	if (error != NULL)
		skip_cases(settings, cases, error->message, tap);
	else if (g_strcmp0(accel, "tcg") == 0)
		skip_cases(settings, cases, "needs KVM, and --accel=tcg was given", tap);
	else if (g_strcmp0(accel, "nested") == 0)
		run_cases_nested(settings, cases, out, tap);
	else
		for (guint i = 0; i < cases->len; i++)
			run_case_here(settings, g_ptr_array_index(cases, i), accel, out, tap);
	g_clear_error(&error);
}

static void list_cases(const struct settings *settings, const GPtrArray *cases)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (is_wanted(settings, boot_case))
			g_print("%-24s %-4s -cpu %s: %s\n", boot_case->name, boot_case->accel, boot_case->cpu,
				boot_case->why);
	}
}

int run_cases(const struct settings *settings, const char *out, GError **error)
{
	g_autoptr(GPtrArray) cases = cases_load(settings->cases, error);
	g_autoptr(GPtrArray) kvm = g_ptr_array_new();
	g_autoptr(GPtrArray) tcg = g_ptr_array_new();
	struct tap tap = { 0 };

	if (cases == NULL)
		return BOOT_USAGE;
	if (settings->list) {
		list_cases(settings, cases);
		return BOOT_PASS;
	}
	for (guint i = 0; i < cases->len; i++) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (is_wanted(settings, boot_case))
			g_ptr_array_add(strcmp(boot_case->accel, "kvm") == 0 ? kvm : tcg, boot_case);
	}
	if (kvm->len + tcg->len == 0) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "no case is called so; --list names them");
		return BOOT_USAGE;
	}
	tap_plan(kvm->len + tcg->len);
	for (guint i = 0; i < tcg->len; i++)
		run_case_here(settings, g_ptr_array_index(tcg, i), "tcg", out, &tap);
	run_kvm_cases(settings, kvm, out, &tap);
	return tap.failed > 0 || tap.passed == 0 ? BOOT_FAILED : BOOT_PASS;
}
