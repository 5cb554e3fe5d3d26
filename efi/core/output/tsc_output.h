/* SPDX-License-Identifier: BSD-2-Clause */
/* What the leaves, and the probe, say about the time stamp counter. */
#ifndef KVMLEAF_CORE_OUTPUT_TSC_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_TSC_OUTPUT_H

#include "core/base/text.h"
#include "core/report/report.h"

/* Adds the key "tsc" to the object that is open, if the leaves say anything about it. */
void tsc_json(struct text *json, const struct report *report);
/* Adds one line about it, or none, to the probe's table: without the probe, the table must fit a screen of 25 lines. */
void tsc_table(struct text *out, const struct report *report);

#endif
