/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report as a table for people, between a first and a last line for programs. Plain ASCII in lines that end with CR
 * LF and, but for the last one, fit an 80-column screen. README.md documents the first and the last line.
 */
#ifndef KVMLEAF_CORE_OUTPUT_REPORT_TABLE_H
#define KVMLEAF_CORE_OUTPUT_REPORT_TABLE_H

#include "core/base/text.h"
#include "core/report/report.h"

/* What became of the report variable: report= on the last line. */
enum report_stored { REPORT_WRITTEN, REPORT_UNCHANGED, REPORT_FAILED, REPORT_OFF };

/* The first line. */
void table_begin(struct text *out, enum report_source source);
/* All lines between the first and the last. */
void table_body(struct text *out, const struct report *report);
/* The last line. report: NULL for a run that ended before it examined anything. */
void table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status);

#endif
