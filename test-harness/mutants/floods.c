/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app writes to the serial port without end. */
#include "core/judge/judge.h"
#include "firmware/cpu.h"

__typeof__(judge_report) __wrap_judge_report;

void __wrap_judge_report(struct report *report)
{
	enum { COM1 = 0x3f8 };

	(void)report;
	for (;;)
		port_write8(COM1, 'x');
}
