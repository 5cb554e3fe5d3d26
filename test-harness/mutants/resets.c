/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app resets the machine, which without the harness would boot it again and again. */
#include "core/judge/judge.h"
#include "firmware/cpu.h"

__typeof__(judge_report) __wrap_judge_report;

void __wrap_judge_report(struct report *report)
{
	enum { RESET_CONTROL = 0xcf9, FULL_RESET = 0x06 };

	(void)report;
	port_write8(RESET_CONTROL, FULL_RESET);
	for (;;)
		__asm__ volatile("hlt");
}
