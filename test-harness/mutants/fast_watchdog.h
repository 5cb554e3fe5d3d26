/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_MUTANTS_FAST_WATCHDOG_H
#define KVMLEAF_MUTANTS_FAST_WATCHDOG_H

#include "firmware/watchdog.h"

enum { TIMES_AS_FAST = 60 };

static EFI_SET_WATCHDOG_TIMER firmware_sets;

static EFI_STATUS EFIAPI set_fast(UINTN seconds, UINT64 code, UINTN size, CHAR16 *data)
{
	return firmware_sets(seconds / TIMES_AS_FAST, code, size, data);
}

/* From now on the firmware's watchdog fires TIMES_AS_FAST times as early as it is told to. */
static inline void fast_watchdog(const struct firmware *firmware)
{
	if (firmware->boot->SetWatchdogTimer == set_fast)
		return;
	firmware_sets = firmware->boot->SetWatchdogTimer;
	firmware->boot->SetWatchdogTimer = set_fast;
}

/* For the return of the app, whose code is gone afterwards. */
static inline void usual_watchdog(const struct firmware *firmware)
{
	firmware->boot->SetWatchdogTimer = firmware_sets;
}

#endif
