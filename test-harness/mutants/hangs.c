/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app never ends, on a machine whose watchdog runs 60 times as fast: five seconds for five minutes. */
#include "core/judge/judge.h"
#include "mutants/fast_watchdog.h"

__typeof__(judge_report) __wrap_judge_report;
__typeof__(watchdog_arm) __real_watchdog_arm, __wrap_watchdog_arm;

void __wrap_watchdog_arm(const struct firmware *firmware)
{
	fast_watchdog(firmware);
	__real_watchdog_arm(firmware);
}

void __wrap_judge_report(struct report *report)
{
	(void)report;
	for (;;)
		__asm__ volatile("pause");
}
