/* SPDX-License-Identifier: BSD-2-Clause */
/* How many vCPUs there are, and what some of them have otherwise, for the report's outputs. */
#ifndef KVMLEAF_VCPUS_OUTPUT_H
#define KVMLEAF_VCPUS_OUTPUT_H

#include "report.h"
#include "text.h"

/* The document's "vcpus". */
void vcpus_json(struct text *json, const struct report *report);
/* Nothing where all vCPUs agree. */
void vcpus_table(struct text *out, const struct report *report);

#endif
