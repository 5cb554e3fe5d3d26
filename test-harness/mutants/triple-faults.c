/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: an exception with an empty interrupt table, which shuts the CPU down. */
#include "core/judge/judge.h"

__typeof__(judge_report) __wrap_judge_report;

void __wrap_judge_report(struct report *report)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) no_handlers = { 0, 0 };

	(void)report;
	__asm__ volatile("lidt %0; int3" : : "m"(no_handlers));
}
