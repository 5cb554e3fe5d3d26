/* SPDX-License-Identifier: BSD-2-Clause */
/* The report as the JSON document that include/kvmleaf/report.schema.json describes. */
#ifndef KVMLEAF_CORE_OUTPUT_REPORT_JSON_H
#define KVMLEAF_CORE_OUTPUT_REPORT_JSON_H

#include "core/report/report.h"
#include "core/base/text.h"

/*
 * Writes the document into buffer and returns its length in bytes, at most capacity. Where the whole does not fit,
 * detail is left out in the order of "missing" in the schema, and the document says what. 0: not even the verdict fits.
 */
size_t report_json(const struct report *report, char *buffer, size_t capacity);

#endif
