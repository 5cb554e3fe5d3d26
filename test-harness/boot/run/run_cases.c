/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/utsname.h>

#include "base/error.h"
#include "base/stop.h"
#include "cases/cases.h"
#include "kvmleaf/version.h"
#include "nested/nested_host.h"
#include "qemu/qemu_info.h"
#include "run/case_select.h"
#include "run/run.h"
#include "run/run_inside.h"
#include "run/session.h"
#include "run/summary.h"
#include "run/units.h"

/* Called after each result, so that a killed run leaves its results so far. A failure, as of a full disk, ends the run.
 */
static void write_junit(gpointer context, const struct tap *tap)
{
	const struct session *session = context;
	GError *error = NULL;

	if (junit_write(session->junit, tap, &error))
		return;
	stop_ask(error->message, BOOT_SETUP);
	g_error_free(error);
}

/* Creates the JUnit file, if one was asked for, with the versions that are used as its properties. */
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

/* The process's exit status for the results of the run. */
static int exit_status_of(const struct tap *tap, GError **error)
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
	return exit_status_of(&session->tap, error);
}

/* --deadline, or else the time that all guests may take one after another. */
static void set_deadline(const struct options *options, guint cases, unsigned patience)
{
	guint64 longest = patience * (NESTED_START_SECONDS + (guint64)cases * (unsigned)options->timeout);
	unsigned seconds = options->deadline > 0 ? (unsigned)options->deadline : (unsigned)MIN(longest, G_MAXINT);

	stop_at(time_after(seconds), seconds);
}

static int run_selected(struct session *session, const GPtrArray *cases, GError **error)
{
	const struct options *options = session->options;
	g_autoptr(GPtrArray) units = NULL;
	g_autofree char *nothing = NULL;
	gint64 start = g_get_monotonic_time();

	if (cases->len == 0)
		nothing = g_strdup_printf(
			"part %u of %u of the cases is empty", options->shard_index + 1, options->shard_count);
	tap_begin(&session->tap, cases->len, nothing);
	units = units_divide(session, cases);
	set_deadline(options, cases->len, units_patience(units));
	units_run(session, units);
	return finish(session, (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC, error);
}

/* Runs these cases, and frees what the session owns. */
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
