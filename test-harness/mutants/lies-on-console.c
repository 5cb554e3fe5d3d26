/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the table, which is for people, lacks a feature that the variable and the last line have. */
#include "core/output/report_table.h"

__typeof__(table_body) __real_table_body, __wrap_table_body;

void __wrap_table_body(struct text *out, const struct report *report)
{
	static struct report shown;

	shown = *report;
	shown.kvm.eax &= ~(UINT32_C(1) << KVM_BIT_CLOCKSOURCE2);
	__real_table_body(out, &shown);
}
