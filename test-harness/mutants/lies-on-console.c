/* SPDX-License-Identifier: BSD-2-Clause */
/* An app whose table shows another verdict's features than its variable: kvmclock is hidden from people only. */
#include "firmware/firmware.h"
#include "kvmleaf/kvm_abi.h"
#include "core/output/report_table.h"

void __real_table_body(struct text *out, const struct report *report);
void __wrap_table_body(struct text *out, const struct report *report);

void __wrap_table_body(struct text *out, const struct report *report)
{
	struct report shown = *report;

	shown.kvm.eax &= ~(UINT32_C(1) << KVM_BIT_CLOCKSOURCE2);
	__real_table_body(out, &shown);
}
