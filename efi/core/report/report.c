/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report/report.h"
#include "core/base/text.h"

const struct leaf *report_leaf(const struct report *report, uint32_t leaf)
{
	for (size_t i = 0; i < report->leaf_count; i++)
		if (report->leaves[i].leaf == leaf && report->leaves[i].subleaf == 0)
			return &report->leaves[i];
	return NULL;
}

/* A row to fill; NULL where all rows are taken, and then the problem is only counted. */
static struct problem *new_problem(struct report *report)
{
	if (report->problem_count == PROBLEMS_MAX) {
		report->problems_dropped++;
		return NULL;
	}
	return &report->problems[report->problem_count++];
}

void report_problem(struct report *report, enum problem_kind kind, uint32_t number)
{
	report_call_problem(report, kind, NULL, number);
}

void report_call_problem(struct report *report, enum problem_kind kind, const char *call, uint32_t status)
{
	struct problem *problem = new_problem(report);

	if (problem != NULL)
		*problem = (struct problem){ .kind = kind, .number = status, .call = call };
}

void report_leaf_problem(struct report *report, enum problem_kind kind, uint32_t leaf, const struct cpuid_regs *regs)
{
	struct problem *problem;

	for (size_t i = 0; i < report->problem_count; i++) {
		problem = &report->problems[i];
		if (problem->about_leaf && problem->kind == kind && bytes_equal(&problem->regs, regs, sizeof(*regs))) {
			problem->last = leaf;
			problem->count++;
			return;
		}
	}
	problem = new_problem(report);
	if (problem != NULL)
		*problem = (struct problem){
			.kind = kind, .about_leaf = true, .first = leaf, .last = leaf, .count = 1, .regs = *regs
		};
}
