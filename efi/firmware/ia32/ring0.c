/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/ring0.h"

/* 32-bit firmware is rare and its guests have the same CPUID: it is read, and nothing is tried. */
void ring0_probe(const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force)
{
	(void)firmware;
	(void)cpuid;
	(void)force;
	report_problem(report, PROBLEM_NO_GUARD, 0);
}
