/* SPDX-License-Identifier: BSD-2-Clause */
/* The report as the JSON document that include/kvmleaf/report.schema.json describes. */
#ifndef KVMLEAF_CORE_OUTPUT_REPORT_JSON_H
#define KVMLEAF_CORE_OUTPUT_REPORT_JSON_H

#include "core/report/report.h"

/*
 * Writes the document into buffer and returns its length in bytes, at most capacity. A document that does not fit is
 * written with less detail, in the order of "missing" in the schema, and says under that key what it lacks. Returns 0
 * where even the least detail does not fit.
 */
size_t report_json(const struct report *report, char *buffer, size_t capacity);
/*
 * The same; explained: with the key "forecast". It is not for the report variable: what a Linux does with the machine
 * is no fact about the machine.
 */
size_t report_json_explained(const struct report *report, bool explained, char *buffer, size_t capacity);

#endif
