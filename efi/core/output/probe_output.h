/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe's part of the two outputs. Both write nothing where nothing was probed. */
#ifndef KVMLEAF_CORE_OUTPUT_PROBE_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_PROBE_OUTPUT_H

#include "core/report/report.h"
#include "core/base/text.h"

/* The keys "listening" and "probe", each on its line; steps: with the raw values. */
void probe_json(struct text *json, const struct report *report, bool steps);
/* The second table: at most 79 columns. */
void probe_table(struct text *out, const struct report *report);

#endif
