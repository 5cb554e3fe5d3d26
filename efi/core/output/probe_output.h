/* SPDX-License-Identifier: BSD-2-Clause */
/* What the probe found, as JSON and as a table. Nothing is written where no probe was run. */
#ifndef KVMLEAF_CORE_OUTPUT_PROBE_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_PROBE_OUTPUT_H

#include "core/base/text.h"
#include "core/report/report.h"

/* Adds the keys "listening" and "probe" to the document; steps: with all that was read, written and called. */
void probe_json(struct text *json, const struct report *report, bool steps);
/* A table with a row for each feature. */
void probe_table(struct text *out, const struct report *report);

#endif
