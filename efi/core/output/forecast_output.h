/* SPDX-License-Identifier: BSD-2-Clause */
/* The forecast (core/forecast), and how to give the guest what it lacks, as JSON and as lines for people. */
#ifndef KVMLEAF_CORE_OUTPUT_FORECAST_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_FORECAST_OUTPUT_H

#include "core/base/text.h"
#include "core/report/report.h"

/* Adds the key "forecast" to the document. */
void forecast_json(struct text *json, const struct report *report);
/* One or two lines for each topic, and some for each thing that is missing. */
void forecast_table(struct text *out, const struct report *report);

#endif
