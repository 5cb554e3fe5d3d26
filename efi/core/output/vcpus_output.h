/* SPDX-License-Identifier: BSD-2-Clause */
/* How many vCPUs there are, and what some of them have otherwise, for the report's outputs. */
#ifndef KVMLEAF_CORE_OUTPUT_VCPUS_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_VCPUS_OUTPUT_H

#include "core/report/report.h"
#include "core/base/text.h"

/* The document's "vcpus"; without the differences where it is not to be whole. */
void vcpus_json(struct text *json, const struct report *report, bool whole);
/* Nothing where all vCPUs agree. */
void vcpus_table(struct text *out, const struct report *report);

#endif
