/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: every vCPU is said to be like the first. */
#include "core/leaves/vcpu_compare.h"

__typeof__(vcpus_compare) __wrap_vcpus_compare;

void __wrap_vcpus_compare(const struct cpuid_source *cpu, const struct report *first, struct vcpu_slot *slot)
{
	(void)cpu;
	(void)first;
	slot->done = 1;
}
