/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_CORE_REPORT_VCPU_SET_H
#define KVMLEAF_CORE_REPORT_VCPU_SET_H

#include <stdint.h>

enum { VCPU_RANGES_MAX = 16 };

/* Some of the vCPUs, as ranges of local APIC ids, in the order in which the vCPUs were added. */
struct vcpu_set {
	struct vcpu_set_range {
		uint32_t first, last;
	} ranges[VCPU_RANGES_MAX];
	uint32_t range_count;
	uint32_t count; /* of vCPUs, including those for which no range was left */
};

void vcpu_set_add(struct vcpu_set *set, uint32_t apic_id);

#endif
