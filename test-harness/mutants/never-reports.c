/* SPDX-License-Identifier: BSD-2-Clause */
/* An app that ends well and never prints its last line. */
#include "core/output/report_table.h"

void __wrap_table_end(
	struct text *out, const struct report *report, enum report_stored stored, enum exit_status status);

void __wrap_table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status)
{
	(void)out;
	(void)report;
	(void)stored;
	(void)status;
}
