/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/watchdog.h"

/* Codes up to 0xffff are the firmware's (UEFI specification, 7.5). It may log the code after a reset. */
enum { WATCHDOG_CODE = 0x4b564d };

void watchdog_arm(const struct firmware *firmware)
{
	struct workspace *work = firmware->work;
	EFI_STATUS status = firmware->boot->SetWatchdogTimer(WATCHDOG_SECONDS, WATCHDOG_CODE, 0, NULL);

	if (status == EFI_SUCCESS || work->lacks_watchdog)
		return;
	work->lacks_watchdog = TRUE;
	report_failed_call(&work->report, PROBLEM_NO_WATCHDOG, efi_call("SetWatchdogTimer", status));
}

void watchdog_disarm(const struct firmware *firmware)
{
	/* A firmware that refuses this refused to arm it too, which is in the report. */
	(void)firmware->boot->SetWatchdogTimer(0, 0, 0, NULL);
}
