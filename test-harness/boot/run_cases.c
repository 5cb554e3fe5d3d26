/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases are cut into units: one case on an accelerator of this machine, or a share of the KVM cases for a nested host.
 * Units run side by side, --jobs at a time.
 */
#include <string.h>

#include "accel.h"
#include "case_select.h"
#include "cases.h"
#include "error.h"
#include "judge_guest.h"
#include "nested.h"
#include "nested_host.h"
#include "run.h"
#include "run_guest.h"
#include "summary.h"
#include "tap.h"

/* A nested host that dies takes its case along, not those that were still to come: they get another. */
enum { NESTED_ATTEMPTS = 2, NESTED_CASES_MAX = 60 };

struct unit {
	const char *accel;
	GPtrArray *cases; /* borrowed */
	char *folder;     /* for a nested host */
};

struct session {
	const struct settings *settings;
	const char *out;
	struct tap tap;
};

/*
 * Older KVMs refuse the VMM's own writes too where kvmclock is masked and enforced, and QEMU, which writes its MSRs
 * whatever is masked, gives up. Seen with Linux 6.1 and QEMU 7.2.
 */
static const char *not_on_this_kvm(const struct boot_case *boot_case, const struct guest_result *result)
{
	if (strstr(boot_case->cpu, "kvm-pv-enforce-cpuid=on") == NULL || result->failure == NULL ||
		strstr(result->failure, "failed to set MSR") == NULL)
		return NULL;
	return "this KVM does not let QEMU enforce that mask: it refuses QEMU's own writes";
}

static void run_case_here(struct session *session, const struct boot_case *boot_case, const char *accel)
{
	g_autofree char *folder = g_build_filename(session->out, boot_case->name, NULL);
	g_autoptr(GPtrArray) complaints = NULL;
	struct guest_result result;
	GError *error = NULL;
	const char *skip;

	if (!run_guest(session->settings, boot_case, accel, folder, NULL, &result, &error)) {
		tap_fail(&session->tap, boot_case->name, error->message);
		g_error_free(error);
		return;
	}
	skip = not_on_this_kvm(boot_case, &result);
	complaints = judge_guest(boot_case, &result);
	tap_result(&session->tap, boot_case->name, skip != NULL ? NULL : complaints, skip);
	guest_result_clear(&result);
}

/* The cases that a nested host still owes a result. */
struct relay {
	struct tap *tap;
	struct tap_entry *current;
	GPtrArray *pending;
};

static void relay_line(gpointer context, const char *line)
{
	struct relay *relay = context;
	const char *name = tap_relay(relay->tap, line, &relay->current);

	for (guint i = 0; name != NULL && i < relay->pending->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(relay->pending, i);

		if (strcmp(boot_case->name, name) == 0) {
			g_ptr_array_remove_index(relay->pending, i);
			break;
		}
	}
}

/* One nested host for the cases that are pending. */
static void run_host(struct session *session, struct relay *relay, const char *folder, GError **error)
{
	const struct settings *settings = session->settings;
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
	struct nested_job job = { .folder = folder,
		.results = session->out,
		.timeout = NESTED_START_SECONDS + relay->pending->len * (unsigned)settings->timeout,
		.on_line = relay_line,
		.context = relay };
	int status;

	g_ptr_array_add(arguments, g_strdup_printf("--timeout=%d", settings->timeout));
	g_ptr_array_add(arguments, g_strdup("--jobs=1"));
	if (settings->cold)
		g_ptr_array_add(arguments, g_strdup("--cold"));
	if (settings->random > 0) {
		g_ptr_array_add(arguments, g_strdup_printf("--random=%d", settings->random));
		g_ptr_array_add(arguments, g_strdup_printf("--seed=%d", settings->seed));
	}
	if (*settings->unknown != '\0')
		g_ptr_array_add(arguments, g_strconcat("--unknown=", settings->unknown, NULL));
	for (guint i = 0; i < relay->pending->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(relay->pending, i);

		g_ptr_array_add(arguments, g_strdup_printf("--case=%s", boot_case->name));
		job.other_apps |= boot_case->app != NULL;
		job.images |= boot_case->disk != NULL;
		if (run_can_restore(settings, boot_case))
			job.smp_max = MAX(job.smp_max, boot_case->smp);
	}
	g_ptr_array_add(arguments, NULL);
	job.arguments = (const char *const *)arguments->pdata;
	(void)nested_run(settings, &job, &status, error);
}

static void run_cases_nested(struct session *session, const struct unit *unit)
{
	struct relay relay = { .tap = &session->tap, .pending = g_ptr_array_copy(unit->cases, NULL, NULL) };
	GError *error = NULL;

	for (int attempt = 0; attempt < NESTED_ATTEMPTS && relay.pending->len > 0; attempt++) {
		g_clear_error(&error);
		run_host(session, &relay, unit->folder, &error);
		if (relay.pending->len > 0)
			tap_note("a nested host left %u cases: %s", relay.pending->len,
				error != NULL ? error->message : "it gave no results for them");
	}
	for (guint i = 0; i < relay.pending->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(relay.pending, i);

		tap_fail(&session->tap, boot_case->name,
			error != NULL ? error->message : "the nested host gave no result for it");
	}
	g_clear_error(&error);
	g_ptr_array_unref(relay.pending);
}

static void run_unit(gpointer data, gpointer user_data)
{
	const struct unit *unit = data;
	struct session *session = user_data;

	if (strcmp(unit->accel, "nested") == 0)
		run_cases_nested(session, unit);
	else
		run_case_here(session, g_ptr_array_index(unit->cases, 0), unit->accel);
}

static void unit_free(struct unit *unit)
{
	g_ptr_array_unref(unit->cases);
	g_free(unit->folder);
	g_free(unit);
}

static struct unit *add_unit(GPtrArray *units, const char *accel)
{
	struct unit *unit = g_new0(struct unit, 1);

	unit->accel = accel;
	unit->cases = g_ptr_array_new();
	g_ptr_array_add(units, unit);
	return unit;
}

/* KVM cases where there is no KVM to run them on. */
static void skip_cases(struct session *session, const GPtrArray *cases, const char *why)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (session->settings->require_kvm)
			tap_fail(&session->tap, boot_case->name, why);
		else
			tap_result(&session->tap, boot_case->name, NULL, why);
	}
}

/*
 * Dealt out in turn, so that slow neighbours part. A host for fewer than four cases is not worth its start, and one for
 * too many runs out of memory, where its guests' stores and logs lie.
 */
static void add_nested_units(const struct session *session, GPtrArray *units, const GPtrArray *cases)
{
	guint needed = (cases->len + NESTED_CASES_MAX - 1) / NESTED_CASES_MAX;
	guint hosts = MAX(MIN(cases->len / 4 + 1, (guint)session->settings->jobs), needed);
	guint first = units->len;

	g_assert(hosts > 0);
	for (guint i = 0; i < hosts; i++) {
		g_autofree char *name = g_strdup_printf("nested-host-%u", i + 1);

		add_unit(units, "nested")->folder = g_build_filename(session->out, name, NULL);
	}
	for (guint i = 0; i < cases->len; i++) {
		const struct unit *unit = g_ptr_array_index(units, first + i % hosts);

		g_ptr_array_add(unit->cases, g_ptr_array_index(cases, i));
	}
}

static void add_kvm_units(struct session *session, GPtrArray *units, const GPtrArray *cases)
{
	GError *error = NULL;
	const char *accel = cases->len > 0 ? accel_resolve(session->settings, &error) : NULL;

	if (error != NULL)
		skip_cases(session, cases, error->message);
	else if (g_strcmp0(accel, "tcg") == 0)
		skip_cases(session, cases, "needs KVM, and --accel=tcg was given");
	else if (g_strcmp0(accel, "nested") == 0)
		add_nested_units(session, units, cases);
	else
		for (guint i = 0; i < cases->len; i++)
			g_ptr_array_add(add_unit(units, accel)->cases, g_ptr_array_index(cases, i));
	g_clear_error(&error);
}

static void run_units(struct session *session, GPtrArray *units)
{
	GThreadPool *pool = g_thread_pool_new(run_unit, session, session->settings->jobs, FALSE, NULL);

	for (guint i = 0; i < units->len; i++)
		g_thread_pool_push(pool, g_ptr_array_index(units, i), NULL);
	g_thread_pool_free(pool, FALSE, TRUE);
}

/* Cuts the cases into units, those apart that this machine cannot run. */
static void cut(struct session *session, const GPtrArray *cases, GPtrArray *units)
{
	g_autoptr(GPtrArray) kvm = g_ptr_array_new();
	g_autoptr(GPtrArray) tcg = g_ptr_array_new();

	for (guint i = 0; i < cases->len; i++) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (boot_case->skip != NULL)
			tap_result(&session->tap, boot_case->name, NULL, boot_case->skip);
		else
			g_ptr_array_add(strcmp(boot_case->accel, "kvm") == 0 ? kvm : tcg, boot_case);
	}
	add_kvm_units(session, units, kvm); /* first, as nested hosts take longest */
	for (guint i = 0; i < tcg->len; i++)
		g_ptr_array_add(add_unit(units, "tcg")->cases, g_ptr_array_index(tcg, i));
}

static int finish(struct session *session, double seconds, GError **error)
{
	const struct settings *settings = session->settings;
	gboolean failed = session->tap.failed > 0 || (session->tap.passed == 0 && session->tap.skipped == 0);

	if (!settings->inside)
		summary_print(&session->tap, seconds);
	if (settings->junit != NULL && !summary_write_junit(&session->tap, settings->junit, session->out, error))
		return BOOT_SETUP;
	return failed ? BOOT_FAILED : BOOT_PASS;
}

int run_cases(struct settings *settings, const char *out, GError **error)
{
	g_autoptr(GPtrArray) cases = case_select(settings, error);
	g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func((GDestroyNotify)unit_free);
	struct session session = { .settings = settings, .out = out };
	gint64 start = g_get_monotonic_time();
	int status;

	if (cases == NULL)
		return BOOT_USAGE;
	if (settings->list) {
		case_list(settings, cases);
		return BOOT_PASS;
	}
	tap_begin(&session.tap, cases->len);
	cut(&session, cases, units);
	run_units(&session, units);
	status = finish(&session, (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC, error);
	tap_clear(&session.tap);
	return status;
}
