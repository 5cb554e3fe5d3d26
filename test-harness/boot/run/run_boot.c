/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/error.h"
#include "base/stop.h"
#include "cases/case_keys.h"
#include "cases/case_names.h"
#include "judge/judge_guest.h"
#include "kvmleaf/exit_status.h"
#include "nested/nested.h"
#include "nested/host_machine.h"
#include "qemu/libvirt.h"
#include "qemu/qemu_info.h"
#include "run/accel.h"
#include "run/case_boot.h"
#include "run/run.h"
#include "run/run_inside.h"

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

static gboolean check_names(const struct host *host, struct boot_case *boot, GError **error)
{
	struct qemu_info *info = qemu_info_get(host->qemu, error);
	gboolean good = info != NULL && case_names_check(info, boot, error);

	if (good && boot->skip != NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s", boot->skip);
		good = FALSE;
	}
	qemu_info_free(info);
	return good;
}

/*
 * --require and --forbid become arguments of the app, whose own status then says whether they hold, and expectations of
 * the case, so that the judge checks that status by the report.
 */
static gboolean take_features(
	struct boot_case *boot, const char *option, const char *key, const char *names, GError **error)
{
	GError *reason = NULL;
	char *arguments;

	if (names == NULL)
		return TRUE;
	if (!case_set_key(boot, key, names, &reason)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--%s=%s", option, strstr(reason->message, " = ") + 3);
		g_error_free(reason);
		return FALSE;
	}
	boot->required = TRUE;
	arguments = g_strstrip(g_strdup_printf("--%s=%s %s", option, names, boot->arguments));
	g_free(boot->arguments);
	boot->arguments = arguments;
	return TRUE;
}

/* Machine type, CPU and number of vCPUs come from the libvirt domain if there is one, else from the options. */
static gboolean take_machine(
	const struct options *options, const struct libvirt_domain *domain, struct boot_case *boot, GError **error)
{
	const char *machine = domain != NULL ? domain->machine : options->machine;
	const char *cpu = domain != NULL ? domain->cpu : options->cpu;

	boot->smp = domain != NULL ? domain->vcpus : (unsigned)options->smp;
	if (domain != NULL && strcmp(boot->accel, "tcg") == 0 && g_str_has_prefix(domain->cpu, "host")) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE,
			"--accel=tcg: not with this domain, whose CPU is the host's, which needs KVM");
		return FALSE;
	}
	boot->cpu = g_strdup(cpu != NULL ? cpu : strcmp(boot->accel, "tcg") == 0 ? "max" : "host");
	return machine == NULL || case_set_key(boot, "machine", machine, error);
}

/* The case that the options describe, to be freed; NULL with an error for unknown names. */
static struct boot_case *case_of(const struct options *options, const struct host *host,
	const struct libvirt_domain *domain, const char *accel, GError **error)
{
	struct boot_case *boot = case_new("boot");

	g_free(boot->arguments);
	boot->arguments = g_strjoinv(" ", options->arguments);
	boot->accel = g_strdup(strcmp(accel, "tcg") == 0 ? "tcg" : "kvm");
	if (options->disk != NULL) {
		boot->disk = g_canonicalize_filename(options->disk, NULL);
		boot->untold = TRUE;
	}
	if (!take_machine(options, domain, boot, error) ||
		!take_features(boot, "require", "set", options->require, error) ||
		!take_features(boot, "forbid", "clear", options->forbid, error) || !check_names(host, boot, error)) {
		case_free(boot);
		return NULL;
	}
	/* Who names firmware means its variables too, and those are used in flash only. */
	boot->store = g_strdup(options->firmware != NULL ? "flash" : "memory");
	return boot;
}

/* Any status is expected: what the app was told by its arguments or its disk is not known here. */
static void take_status(struct boot_case *boot, const struct guest_result *result)
{
	const char *status = result->console.end != NULL ? g_hash_table_lookup(result->console.end, "status") : NULL;

	boot->status = g_strdup(status);
}

static void print_judged(const struct guest_result *result, const struct judged *judged)
{
	if (result->report != NULL)
		g_print("\nThe report, read back from the %s (%zu bytes):\n%s",
			result->from_store ? "variable store" : "console", result->report_length, result->report);
	if (result->note != NULL)
		g_printerr("kvmleaf-boot: %s\n", result->note);
	for (guint i = 0; i < judged->wrong->len; i++)
		g_printerr("kvmleaf-boot: %s\n", (const char *)g_ptr_array_index(judged->wrong, i));
	for (guint i = 0; i < judged->silent->len; i++)
		g_printerr("kvmleaf-boot: not compared with %s, which gave no answer\n",
			(const char *)g_ptr_array_index(judged->silent, i));
}

int run_boot_here(const struct options *options, const struct host *host, struct boot_case *boot, const char *accel,
	const char *out, GError **error)
{
	g_autofree char *folder = g_build_filename(out, boot->name, NULL);
	struct guest_result result;
	struct judged judged;
	int status;

	if (!case_boot(options, host, boot, accel, folder, print_line, &result, error))
		return BOOT_SETUP;
	take_status(boot, &result);
	judge_guest(boot, &result, &judged);
	print_judged(&result, &judged);
	status = judged.wrong->len == 0 && has_passed(&result) ? BOOT_PASS : BOOT_FAILED;
	if (judged.wrong->len == 0 && status != BOOT_PASS)
		g_printerr("kvmleaf-boot: the app's status is %s\n", boot->status ?: "absent");
	judged_clear(&judged);
	guest_result_clear(&result);
	return status;
}

static int boot_nested(const struct options *options, const struct host *host, const struct host_machine *machine,
	struct boot_case *boot, const char *out, GError **error)
{
	g_autoptr(GPtrArray) cases = g_ptr_array_new();
	struct nested_job job = { .machine = machine,
		.cases = cases,
		.console = TRUE,
		.folder = out,
		.results = out,
		.on_line = print_line };
	int status = BOOT_SETUP;

	g_ptr_array_add(cases, boot);
	(void)nested_run(options, host, &job, &status, error);
	return status;
}

/* The accelerator, by --accel and the domain's type. */
static const char *resolve_accel(
	const struct options *options, const struct host *host, const struct libvirt_domain *domain, GError **error)
{
	gboolean is_tcg = domain != NULL && strcmp(domain->accel, "tcg") == 0;

	if (is_tcg && options->accel != NULL && strcmp(options->accel, "tcg") != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--accel=%s: not with this domain, whose type is qemu",
			options->accel);
		return NULL;
	}
	return accel_resolve(is_tcg ? "tcg" : options->accel, host, error);
}

static int boot_domain(const struct options *options, const struct host *host, const struct libvirt_domain *domain,
	const char *out, GError **error)
{
	const char *accel = resolve_accel(options, host, domain, error);
	struct boot_case *boot = accel != NULL ? case_of(options, host, domain, accel, error) : NULL;
	const struct host_machine *machine = host_machine_by_accel(accel);
	int status;

	if (boot == NULL)
		return (*error)->domain == BOOT_ERROR ? (*error)->code : BOOT_SETUP;
	if (options->deadline > 0)
		stop_at(time_after(options->deadline), (unsigned)options->deadline);
	g_printerr("Booting kvmleaf on %s.\n", machine != NULL ? "real KVM inside the nested host" : accel);
	status = machine != NULL ? boot_nested(options, host, machine, boot, out, error)
				 : run_boot_here(options, host, boot, accel, out, error);
	case_free(boot);
	return status;
}

int run_boot(const struct options *options, const struct host *host, const char *out, GError **error)
{
	struct libvirt_domain *domain = NULL;
	int status;

	if (options->libvirt != NULL && (domain = libvirt_load(options->libvirt, error)) == NULL)
		return BOOT_USAGE;
	status = boot_domain(options, host, domain, out, error);
	libvirt_domain_free(domain);
	return status;
}
