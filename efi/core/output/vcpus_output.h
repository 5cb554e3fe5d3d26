/* SPDX-License-Identifier: BSD-2-Clause */
/* How many vCPUs there are, and which registers have other values on some of them than on the first. */
#ifndef KVMLEAF_CORE_OUTPUT_VCPUS_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_VCPUS_OUTPUT_H

#include "core/base/text.h"
#include "core/report/report.h"

/* Adds the key "vcpus" to the document; whole: with the list of differences. */
void vcpus_json(struct text *json, const struct report *report, bool whole);
/* Lines about the vCPUs that differ or are silent; none where all vCPUs agree. */
void vcpus_table(struct text *out, const struct report *report);

#endif
