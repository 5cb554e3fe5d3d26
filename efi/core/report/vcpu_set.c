/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report/vcpu_set.h"

#include <stddef.h>

void vcpu_set_add(struct vcpu_set *set, uint32_t apic_id)
{
	struct vcpu_set_range *last = set->range_count > 0 ? &set->ranges[set->range_count - 1] : NULL;

	set->count++;
	if (last != NULL && last->last != UINT32_MAX && last->last + 1 == apic_id) {
		last->last = apic_id;
	} else if (set->range_count < VCPU_RANGES_MAX) {
		set->ranges[set->range_count].first = apic_id;
		set->ranges[set->range_count++].last = apic_id;
	}
}
