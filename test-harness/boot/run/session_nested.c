/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs cases in nested hosts. A host runs its cases one after another. Where it dies, or prints nothing for too long,
 * the cases without a result are run in another host.
 */
#include <string.h>

#include "base/error.h"
#include "base/stop.h"
#include "guest/guest_files.h"
#include "nested/nested.h"
#include "run/case_boot.h"
#include "run/session.h"

struct relay {
	struct session *session;
	const struct host_machine *machine;
	struct tap_entry *current; /* the last result, to which diagnostics may follow */
	GPtrArray *pending;        /* the cases without a result */
	gint64 last;               /* when the last result came */
	gboolean begun;            /* the program in the present host has printed its plan */
};

static double seconds_since(gint64 *since)
{
	gint64 now = g_get_monotonic_time();
	double seconds = (double)(now - *since) / G_USEC_PER_SEC;

	*since = now;
	return seconds;
}

static guint find(const GPtrArray *cases, const char *name)
{
	for (guint i = 0; i < cases->len; i++)
		if (strcmp(((const struct boot_case *)g_ptr_array_index(cases, i))->name, name) == 0)
			return i;
	return cases->len;
}

/* Takes a line of TAP from the host. A result counts once, and only for a pending case. */
static void relay_line(gpointer context, const char *line)
{
	struct relay *relay = context;
	double seconds = (double)(g_get_monotonic_time() - relay->last) / G_USEC_PER_SEC;
	g_autofree char *name = tap_name_of(line);
	guint place = name != NULL ? find(relay->pending, name) : 0;

	relay->begun = relay->begun || g_str_has_prefix(line, "1..");
	if (name != NULL && place == relay->pending->len) {
		tap_note("a nested host reported a case that is not in its job: %s", line);
		relay->current = NULL;
		return;
	}
	tap_relay(&relay->session->tap, line, seconds, &relay->current);
	if (name == NULL)
		return;
	(void)seconds_since(&relay->last);
	g_ptr_array_remove_index(relay->pending, place);
	session_check_outcome(relay->session, relay->current->outcome, name, "the nested host says so");
}

/* One nested host for the cases that are pending. */
static gboolean run_host(const struct relay *relay, const char *folder, GError **error)
{
	/* A copy, since relay_line removes cases from pending while they run. */
	g_autoptr(GPtrArray) cases = g_ptr_array_copy(relay->pending, NULL, NULL);
	struct nested_job job = { .machine = relay->machine,
		.cases = cases,
		.folder = folder,
		.results = relay->session->out,
		.on_line = relay_line,
		.context = (gpointer)relay };
	int status;

	return nested_run(relay->session->options, relay->session->host, &job, &status, error);
}

static gboolean remove_old_results(const struct session *session, const GPtrArray *cases, GError **error)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);
		g_autofree char *folder = g_build_filename(session->out, boot_case->name, NULL);

		if (!guest_files_forget(folder, error))
			return FALSE;
	}
	return TRUE;
}

/* Reports a pending case as failed, or as a set-up error, because of the host. */
static void report_lost_case(struct relay *relay, const struct boot_case *boot_case, const GError *error)
{
	const char *why = error != NULL ? error->message : "the nested host gave no result for it";
	enum tap_outcome outcome =
		error != NULL && !g_error_matches(error, BOOT_ERROR, BOOT_FAILED) ? TAP_ERROR : TAP_FAIL;

	tap_complain(&relay->session->tap, boot_case->name, outcome, why, seconds_since(&relay->last));
	session_check_outcome(relay->session, outcome, boot_case->name, why);
}

/*
 * Decides, after a host ended with cases pending, which of them have failed. The first pending one was running: it has
 * failed when two hosts in a row ended at it. All have failed when in two hosts in a row the program did not even
 * begin.
 */
static void attribute_failure(
	struct relay *relay, const struct boot_case **suspect, unsigned *failed_starts, const GError *error)
{
	const struct boot_case *first = g_ptr_array_index(relay->pending, 0);

	tap_note("a nested host ended with %u cases not run: %s", relay->pending->len,
		error != NULL ? error->message : "it gave no results for them");
	*failed_starts = relay->begun ? 0 : *failed_starts + 1;
	if (relay->begun && *suspect == first) {
		report_lost_case(relay, first, error);
		g_ptr_array_remove_index(relay->pending, 0);
	}
	*suspect = relay->begun ? first : NULL;
	while (*failed_starts > 1 && relay->pending->len > 0) {
		report_lost_case(relay, g_ptr_array_index(relay->pending, 0), error);
		g_ptr_array_remove_index(relay->pending, 0);
	}
}

/* Says that the guests' files are lost where a host failed after its last result, and stops the run if it must. */
static void check_host_error(const struct relay *relay, const GError *error)
{
	if (relay->pending->len == 0 && error != NULL)
		tap_note("the files that a nested host's guests left are lost: %s", error->message);
	/* A set-up error, such as a full disk outside, would hit every further host. */
	if (relay->begun && error != NULL && !g_error_matches(error, BOOT_ERROR, BOOT_FAILED))
		stop_ask(error->message, BOOT_SETUP);
}

void session_run_nested(
	struct session *session, const struct host_machine *machine, const GPtrArray *cases, const char *folder)
{
	struct relay relay = { .session = session,
		.machine = machine,
		.pending = g_ptr_array_copy((GPtrArray *)cases, NULL, NULL),
		.last = g_get_monotonic_time() };
	const struct boot_case *suspect = NULL;
	unsigned failed_starts = 0;
	GError *error = NULL;

	if (!remove_old_results(session, cases, &error))
		stop_ask(error->message, BOOT_SETUP);
	while (relay.pending->len > 0 && stop_asked() == NULL) {
		g_clear_error(&error);
		relay.begun = FALSE;
		relay.current = NULL;
		(void)run_host(&relay, folder, &error);
		check_host_error(&relay, error);
		if (relay.pending->len > 0 && stop_asked() == NULL)
			attribute_failure(&relay, &suspect, &failed_starts, error);
	}
	g_clear_error(&error);
	g_ptr_array_unref(relay.pending);
}
