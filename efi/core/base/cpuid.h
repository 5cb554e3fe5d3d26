/* SPDX-License-Identifier: BSD-2-Clause */
/* Where leaves come from: a CPU, or registers that were recorded. */
#ifndef KVMLEAF_CORE_BASE_CPUID_H
#define KVMLEAF_CORE_BASE_CPUID_H

#include <stdint.h>

struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

/* query executes CPUID with EAX = leaf, ECX = subleaf, or looks it up; it cannot fail, as CPUID cannot. */
struct cpuid_source {
	struct cpuid_regs (*query)(void *context, uint32_t leaf, uint32_t subleaf);
	void *context;
};

#endif
