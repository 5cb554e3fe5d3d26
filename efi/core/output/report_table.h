/* SPDX-License-Identifier: BSD-2-Clause */
/* The report for people: at most 79 columns, ASCII, CR LF, readable on an 80x25 screen and in a serial log. */
#ifndef KVMLEAF_CORE_OUTPUT_REPORT_TABLE_H
#define KVMLEAF_CORE_OUTPUT_REPORT_TABLE_H

#include "core/report/report.h"
#include "core/base/text.h"

/* What became of the report variable: report= on the last line. */
enum report_stored { REPORT_WRITTEN, REPORT_UNCHANGED, REPORT_FAILED, REPORT_OFF };

void table_begin(struct text *out, bool replay);
void table_body(struct text *out, const struct report *report);
/* The last line; a NULL report for a run that ended before it looked at the CPU. */
void table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status);

#endif
