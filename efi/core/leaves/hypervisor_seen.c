/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/hypervisor_seen.h"

#include "core/report/report.h"

static bool has_known_signature(const struct cpuid_regs *regs)
{
	const uint32_t words[] = { regs->ebx, regs->ecx, regs->edx };
	char signature[SIGNATURE_SIZE];

	for (int i = 0; i < SIGNATURE_SIZE; i++)
		signature[i] = (char)(words[i / 4] >> (i % 4 * 8));
	return hypervisor_by_signature(signature) != HYPERVISOR_UNKNOWN;
}

bool hypervisor_seen(const struct cpuid_source *cpu)
{
	struct cpuid_regs regs = cpu->query(cpu->context, 0, 0);

	if (regs.eax > 0 && (cpu->query(cpu->context, 1, 0).ecx >> CPUID_LEAF1_ECX_HYPERVISOR) & 1)
		return true;
	for (uint32_t i = 0; i < HYPERVISOR_BASES; i++) {
		regs = cpu->query(cpu->context, HYPERVISOR_BASE_FIRST + i * HYPERVISOR_BASE_STEP, 0);
		if (has_known_signature(&regs))
			return true;
	}
	return false;
}
