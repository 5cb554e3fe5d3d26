/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of its own: an app on a machine whose third vCPU never comes to an end. */
#include "firmware/cpu.h"

struct cpuid_regs __real_cpu_query(void *context, uint32_t leaf, uint32_t subleaf);
struct cpuid_regs __wrap_cpu_query(void *context, uint32_t leaf, uint32_t subleaf);

struct cpuid_regs __wrap_cpu_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	while (__real_cpu_query(context, 1, 0).ebx >> 24 == 2)
		__asm__ volatile("pause");
	return __real_cpu_query(context, leaf, subleaf);
}
