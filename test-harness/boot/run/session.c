/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/session.h"

#include <string.h>

#include "base/error.h"
#include "base/stop.h"
#include "cases/kvm_limits.h"
#include "judge/judge_guest.h"
#include "run/case_boot.h"

void session_check_outcome(const struct session *session, enum tap_outcome outcome, const char *name, const char *why)
{
	g_autofree char *words = NULL;

	if (outcome == TAP_ERROR)
		words = g_strdup_printf("%s could not be tried: %s", name, why);
	else if (outcome == TAP_FAIL && session->options->fail_fast)
		words = g_strdup_printf("%s failed, and --fail-fast was given", name);
	if (words != NULL)
		stop_ask(words, outcome == TAP_ERROR ? BOOT_SETUP : BOOT_FAILED);
}

/*
 * The note for oracles that gave no answer, to be freed; NULL where all answered. With --require-kvm it is a failure,
 * too.
 */
static char *note_silent_oracles(const struct session *session, struct judged *judged)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) names = NULL;
	g_autofree char *list = NULL;

	if (judged->silent->len == 0)
		return NULL;
	for (guint i = 0; i < judged->silent->len; i++)
		g_strv_builder_add(builder, g_ptr_array_index(judged->silent, i));
	names = g_strv_builder_end(builder);
	list = g_strjoinv(", ", names);
	if (session->options->require_kvm)
		g_ptr_array_add(judged->wrong, g_strconcat("no answer from ", list, NULL));
	return g_strconcat("not compared with ", list, NULL);
}

static void report_result(
	struct session *session, const struct boot_case *boot_case, const struct guest_result *result, double seconds)
{
	const char *limit = kvm_limit_of(boot_case, result->failure);
	g_autofree char *silent = NULL, *note = NULL;
	enum tap_outcome outcome;
	struct judged judged;

	if (limit != NULL) {
		tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL, limit, seconds);
		return;
	}
	judge_guest(boot_case, result, &judged);
	silent = note_silent_oracles(session, &judged);
	note = result->note != NULL && silent != NULL ? g_strdup_printf("%s; %s", result->note, silent)
						      : g_strdup(result->note ?: silent);
	outcome = judged.wrong->len == 0 ? TAP_PASS : TAP_FAIL;
	tap_result(&session->tap, boot_case->name, outcome, judged.wrong, note, seconds);
	session_check_outcome(session, outcome, boot_case->name, NULL);
	judged_clear(&judged);
}

void session_run_case(struct session *session, const struct boot_case *boot_case, const char *accel)
{
	g_autofree char *folder = g_build_filename(session->out, boot_case->name, NULL);
	gint64 start = g_get_monotonic_time();
	struct guest_result result;
	GError *error = NULL;
	gboolean tried = case_boot(session->options, session->host, boot_case, accel, folder, NULL, &result, &error);
	double seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;

	/* The result of a guest that was killed because the run stops means nothing. */
	if (stop_asked() == NULL && tried) {
		report_result(session, boot_case, &result, seconds);
	} else if (stop_asked() == NULL && g_error_matches(error, BOOT_ERROR, BOOT_LACKS)) {
		tap_result(&session->tap, boot_case->name, TAP_SKIP, NULL, error->message, seconds);
	} else if (stop_asked() == NULL) {
		enum tap_outcome outcome = g_error_matches(error, BOOT_ERROR, BOOT_FAILED) ? TAP_FAIL : TAP_ERROR;

		tap_complain(&session->tap, boot_case->name, outcome, error->message, seconds);
		session_check_outcome(session, outcome, boot_case->name, error->message);
	}
	if (tried)
		guest_result_clear(&result);
	g_clear_error(&error);
}
