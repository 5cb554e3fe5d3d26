/* SPDX-License-Identifier: BSD-2-Clause */
/* An app whose last line, for programs, says other than its table and its variable. */
#include "core/output/report_table.h"

void __real_table_end(
	struct text *out, const struct report *report, enum report_stored stored, enum exit_status status);
void __wrap_table_end(
	struct text *out, const struct report *report, enum report_stored stored, enum exit_status status);

void __wrap_table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status)
{
	static struct report said;

	said = *report;
	said.kvm.eax |= UINT32_C(1) << KVM_BIT_MMU_OP;
	__real_table_end(out, &said, stored, status);
}
