/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the last line, which is for programs, differs from the table and the variable. */
#include "core/output/report_table.h"

__typeof__(table_end) __real_table_end, __wrap_table_end;

void __wrap_table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status)
{
	static struct report said;

	said = *report;
	said.kvm.eax |= UINT32_C(1) << KVM_BIT_MMU_OP;
	__real_table_end(out, &said, stored, status);
}
