/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_CORE_OUTPUT_VCPU_SET_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_VCPU_SET_OUTPUT_H

#include "core/base/text.h"
#include "core/report/vcpu_set.h"

/* The keys "count" and "apic_ids" of a JSON object, in which each range is a pair. */
void json_vcpu_set(struct text *json, const struct vcpu_set *set);
/* "2 vCPUs (APIC 0x1..0x2 ...)": a line has room for one range of ids. The set must not be empty. */
void text_vcpu_set(struct text *out, const struct vcpu_set *set);

#endif
