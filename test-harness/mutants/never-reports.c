/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app ends with success but never prints its last line. */
#include "core/output/report_table.h"

__typeof__(table_end) __wrap_table_end;

void __wrap_table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status)
{
	(void)out;
	(void)report;
	(void)stored;
	(void)status;
}
