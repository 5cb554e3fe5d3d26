/* SPDX-License-Identifier: BSD-2-Clause */
/* An app that never comes to an end. */
#include "core/judge/judge.h"

void __wrap_judge_report(struct report *report);

void __wrap_judge_report(struct report *report)
{
	(void)report;
	for (;;)
		__asm__ volatile("pause");
}
