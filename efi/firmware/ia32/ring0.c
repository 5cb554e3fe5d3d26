/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/ring0.h"

/* There is no probe for 32-bit firmware, which is rare: the report then says only what CPUID says. */
void ring0_probe(const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force)
{
	(void)firmware;
	(void)cpuid;
	(void)force;
	report_problem(report, PROBLEM_NO_GUARD, 0);
}
