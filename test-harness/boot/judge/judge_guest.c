/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge/judge_guest.h"

#include "judge/judgement.h"
#include "report/report_access.h"

typedef void judge_fn(struct judgement *judgement);

struct judge {
	judge_fn *judge;
	gboolean needs_report;
};

static const struct judge judges[] = {
#define JUDGE_CHECK(name) { judge_##name, FALSE },
#define JUDGE_REPORT_CHECK(name) { judge_##name, TRUE },
#include "judge/judge_checks.def"
};

static judge_fn *const expectations[] = {
#define CASE_EXPECTATION(name, spelled, setter, choices) expect_##name,
#include "cases/case_keys.def"
};

/* The expectations report and status are checked even where there is no report. */
static gboolean needs_report(judge_fn *expectation)
{
	return expectation != expect_report && expectation != expect_status;
}

/* Runs all checks on a guest that ended by itself. */
static void run_checks(struct judgement *judgement)
{
	for (size_t i = 0; i < G_N_ELEMENTS(judges); i++)
		if (judgement->report != NULL || !judges[i].needs_report)
			judges[i].judge(judgement);
	for (size_t i = 0; i < G_N_ELEMENTS(expectations); i++)
		if (judgement->report != NULL || !needs_report(expectations[i]))
			expectations[i](judgement);
}

void judge_guest(const struct boot_case *boot_case, const struct guest_result *result, struct judged *ret)
{
	struct judgement judgement = { .boot_case = boot_case,
		.result = result,
		.wrong = g_ptr_array_new_with_free_func(g_free),
		.silent = g_ptr_array_new_with_free_func(g_free) };
	g_autofree char *not_json = NULL;
	json_t *report = NULL;

	if (result->report != NULL) {
		report = report_parse(result->report, result->report_length, &not_json);
		if (report == NULL)
			add_line(judgement.wrong, "the report is not one JSON document: %s", not_json);
	}
	judgement.report = report;
	if (result->failure != NULL)
		add_line(judgement.wrong, "%s", result->failure);
	else if (result->console.end == NULL)
		add_line(judgement.wrong, "the console ends without KVMLEAF-END");
	if (judgement.wrong->len == 0)
		run_checks(&judgement);
	json_decref(report);
	*ret = (struct judged){ .wrong = judgement.wrong, .silent = judgement.silent };
}

void judged_clear(struct judged *judged)
{
	g_clear_pointer(&judged->wrong, g_ptr_array_unref);
	g_clear_pointer(&judged->silent, g_ptr_array_unref);
}
