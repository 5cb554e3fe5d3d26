/* SPDX-License-Identifier: BSD-2-Clause */
/* An app to which no block is KVM's: it reports another hypervisor, on all channels alike. */
#include "core/leaves/discover.h"

__typeof__(discover) __real_discover, __wrap_discover;

void __wrap_discover(const struct cpuid_source *source, struct report *report)
{
	__real_discover(source, report);
	for (size_t i = 0; i < report->block_count; i++)
		if (report->blocks[i].hypervisor == HYPERVISOR_KVM)
			report->blocks[i].hypervisor = HYPERVISOR_UNKNOWN;
}
