/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app never ends. */
#include "core/judge/judge.h"

__typeof__(judge_report) __wrap_judge_report;

void __wrap_judge_report(struct report *report)
{
	(void)report;
	for (;;)
		__asm__ volatile("pause");
}
