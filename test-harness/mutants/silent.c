/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of the app: a machine whose third vCPU never finishes. */
#include "firmware/cpu.h"

__typeof__(cpu_query) __real_cpu_query, __wrap_cpu_query;

struct cpuid_regs __wrap_cpu_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	const struct cpuid_source cpu = { .query = __real_cpu_query };

	while (cpuid_apic_id(&cpu) == 2)
		__asm__ volatile("pause");
	return __real_cpu_query(context, leaf, subleaf);
}
