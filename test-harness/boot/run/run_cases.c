/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases are cut into units: one case on an accelerator of this machine, or a share of the KVM cases for a nested host.
 * Units run side by side, --jobs at a time.
 */
#include <string.h>
#include <sys/utsname.h>

#include "run/accel.h"
#include "run/case_select.h"
#include "cases/cases.h"
#include "base/error.h"
#include "kvmleaf/version.h"
#include "nested/host_machine.h"
#include "qemu/qemu_info.h"
#include "run/run.h"
#include "run/run_inside.h"
#include "run/session.h"
#include "base/stop.h"
#include "run/summary.h"

enum { NESTED_CASES_MAX = 60 };

struct unit {
	const char *accel;
	GPtrArray *cases; /* borrowed */
	char *folder;     /* for a nested host */
};

static void run_unit(gpointer data, gpointer user_data)
{
	const struct unit *unit = data;
	struct session *session = user_data;

	if (stop_asked() != NULL)
		return;
	if (strcmp(unit->accel, "nested") == 0)
		session_run_nested(session, host_machine_by_accel(unit->accel), unit->cases, unit->folder);
	else
		session_run_case(session, g_ptr_array_index(unit->cases, 0), unit->accel);
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

		if (session->options->require_kvm)
			tap_complain(&session->tap, boot_case->name, TAP_FAIL, why, 0);
		else
			tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL, why, 0);
	}
}

/*
 * Dealt out in turn, so that the hosts end at about the same time: slow cases stand together in the files. A host for
 * fewer than four cases is not worth its start, and one for too many runs out of memory, where its guests' stores and
 * logs lie.
 */
static void add_nested_units(const struct session *session, GPtrArray *units, const GPtrArray *cases)
{
	guint needed = (cases->len + NESTED_CASES_MAX - 1) / NESTED_CASES_MAX;
	guint hosts = MAX(MIN(cases->len / 4 + 1, (guint)session->jobs), needed);
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

/* Which accelerator the KVM cases get is in *ret_accel, NULL for none. */
static void add_kvm_units(struct session *session, GPtrArray *units, const GPtrArray *cases, const char **ret_accel)
{
	GError *error = NULL;
	const char *accel = cases->len > 0 ? accel_resolve(session->options->accel, session->host, &error) : NULL;

	*ret_accel = accel;
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
	GThreadPool *pool = g_thread_pool_new(run_unit, session, session->jobs, FALSE, NULL);

	for (guint i = 0; i < units->len; i++)
		g_thread_pool_push(pool, g_ptr_array_index(units, i), NULL);
	g_thread_pool_free(pool, FALSE, TRUE);
}

/* Cuts the cases into units, those apart that this machine cannot run. */
static void cut(struct session *session, const GPtrArray *cases, GPtrArray *units)
{
	g_autoptr(GPtrArray) kvm = g_ptr_array_new();
	g_autoptr(GPtrArray) tcg = g_ptr_array_new();
	const char *accel;

	for (guint i = 0; i < cases->len; i++) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (boot_case->skip != NULL)
			tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL, boot_case->skip, 0);
		else
			g_ptr_array_add(strcmp(boot_case->accel, "kvm") == 0 ? kvm : tcg, boot_case);
	}
	add_kvm_units(session, units, kvm, &accel); /* first, as nested hosts take longest */
	if (session->junit != NULL)
		junit_add_property(session->junit, "accelerator", accel ?: "tcg");
	for (guint i = 0; i < tcg->len; i++)
		g_ptr_array_add(add_unit(units, "tcg")->cases, g_ptr_array_index(tcg, i));
}

/* Told at each result, so that a run that is killed leaves what it did. A disk that is full ends the run. */
static void write_junit(gpointer context, const struct tap *tap)
{
	const struct session *session = context;
	GError *error = NULL;

	if (junit_write(session->junit, tap, &error))
		return;
	stop_ask(error->message, BOOT_SETUP);
	g_error_free(error);
}

/* With what the results were made. */
static gboolean open_junit(struct session *session, const char *qemu, GError **error)
{
	const struct options *options = session->options;
	g_autofree char *seed = g_strdup_printf("%d", options->seed);
	struct utsname host = { 0 };

	if (options->junit == NULL)
		return TRUE;
	session->junit = junit_new(options->junit, session->out, error);
	if (session->junit == NULL)
		return FALSE;
	(void)uname(&host);
	junit_add_property(session->junit, "kvmleaf", KVMLEAF_VERSION);
	junit_add_property(session->junit, "qemu", qemu);
	junit_add_property(session->junit, "firmware", session->host->firmware->code);
	junit_add_property(session->junit, "kernel", host.release);
	if (options->random > 0)
		junit_add_property(session->junit, "seed", seed);
	session->tap.on_result = write_junit;
	session->tap.context = session;
	return TRUE;
}

/* How the run has ended, as the process's status. */
static int verdict(const struct tap *tap, GError **error)
{
	if (tap->count[TAP_ERROR] > 0)
		return BOOT_SETUP;
	if (tap->count[TAP_FAIL] > 0)
		return BOOT_FAILED;
	if (stop_asked() != NULL) {
		g_set_error(error, BOOT_ERROR, stop_status(), "%s", stop_asked());
		return stop_status();
	}
	if (tap->results->len != tap->planned) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%u results for %u cases", tap->results->len, tap->planned);
		return BOOT_SETUP;
	}
	if (tap->count[TAP_PASS] == 0 && tap->planned > 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "nothing was run: all %u cases were skipped", tap->planned);
		return BOOT_SETUP;
	}
	return BOOT_PASS;
}

static int finish(struct session *session, double seconds, GError **error)
{
	if (stop_asked() != NULL && session->tap.results->len < session->tap.planned)
		tap_bail_out(stop_asked());
	if (!session->host->inside)
		summary_print(&session->tap, seconds);
	if (session->junit != NULL && !junit_write(session->junit, &session->tap, error))
		return BOOT_SETUP;
	return verdict(&session->tap, error);
}

/* As many seconds as the guests may take one after the other, unless the user knows better. */
static void set_deadline(const struct options *options, guint cases)
{
	guint64 longest = NESTED_START_SECONDS + (guint64)cases * (unsigned)options->timeout;
	unsigned seconds = options->deadline > 0 ? (unsigned)options->deadline : (unsigned)MIN(longest, G_MAXINT);

	stop_at(time_after(seconds), seconds);
}

static int run_selected(struct session *session, const GPtrArray *cases, GError **error)
{
	const struct options *options = session->options;
	g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func((GDestroyNotify)unit_free);
	g_autofree char *nothing = NULL;
	gint64 start = g_get_monotonic_time();

	if (cases->len == 0)
		nothing = g_strdup_printf(
			"part %u of %u of the cases has none in it", options->shard_index + 1, options->shard_count);
	set_deadline(options, cases->len);
	tap_begin(&session->tap, cases->len, nothing);
	cut(session, cases, units);
	run_units(session, units);
	return finish(session, (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC, error);
}

/* Runs these cases, and puts away what belongs to the run. */
static int run_these(struct session *session, const GPtrArray *cases, const char *qemu, GError **error)
{
	int status = BOOT_SETUP;

	if (open_junit(session, qemu, error))
		status = run_selected(session, cases, error);
	if (session->tap.results != NULL)
		tap_clear(&session->tap);
	junit_free(session->junit);
	return status;
}

int run_cases(const struct options *options, const struct host *host, const char *out, GError **error)
{
	g_autofree char *qemu = NULL;
	g_autoptr(GPtrArray) cases = case_select(options, host, &qemu, error);
	struct session session = { .options = options,
		.host = host,
		.out = out,
		.jobs = options->jobs,
		.tap = { .no_skip = options->no_skip } };

	return cases != NULL ? run_these(&session, cases, qemu, error) : BOOT_USAGE;
}

int run_list(const struct options *options, const struct host *host, GError **error)
{
	g_autofree char *qemu = NULL;
	g_autoptr(GPtrArray) cases = case_select(options, host, &qemu, error);

	if (cases == NULL)
		return BOOT_USAGE;
	case_list(options, cases);
	return BOOT_PASS;
}

int run_given_cases(
	const struct options *options, const struct host *host, const GPtrArray *cases, const char *out, GError **error)
{
	struct session session = { .options = options, .host = host, .out = out, .jobs = 1 };

	return run_these(&session, cases, "", error);
}
