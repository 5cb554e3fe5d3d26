/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of the app: a machine whose watchdog runs 60 times as fast: five seconds for five minutes. */
#include "mutants/fast_watchdog.h"

__typeof__(watchdog_arm) __real_watchdog_arm, __wrap_watchdog_arm;
__typeof__(watchdog_disarm) __real_watchdog_disarm, __wrap_watchdog_disarm;

void __wrap_watchdog_arm(const struct firmware *firmware)
{
	fast_watchdog(firmware);
	__real_watchdog_arm(firmware);
}

void __wrap_watchdog_disarm(const struct firmware *firmware)
{
	__real_watchdog_disarm(firmware);
	usual_watchdog(firmware);
}
