/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/cpuid.h"

enum { LEAF_TOPOLOGY = 0xb };

uint32_t cpuid_register_value(const struct cpuid_regs *regs, enum cpuid_register reg)
{
#define VALUE(name, field) regs->field,
	const uint32_t values[CPUID_REGISTER_COUNT] = { CPUID_REGISTERS(VALUE) };
#undef VALUE

	return values[reg];
}

const char *cpuid_register_name(enum cpuid_register reg)
{
#define NAME(name, field) #name,
	static const char *const names[CPUID_REGISTER_COUNT] = { CPUID_REGISTERS(NAME) };
#undef NAME

	return names[reg];
}

const char *cpuid_register_key(enum cpuid_register reg)
{
#define KEY(name, field) #field,
	static const char *const keys[CPUID_REGISTER_COUNT] = { CPUID_REGISTERS(KEY) };
#undef KEY

	return keys[reg];
}

bool cpuid_has(const struct cpuid_source *cpu, uint32_t leaf, uint32_t subleaf)
{
	return cpu->has == NULL || cpu->has(cpu->context, leaf, subleaf);
}

uint32_t cpuid_apic_id(const struct cpuid_source *cpu)
{
	struct cpuid_regs regs;

	if (cpu->query(cpu->context, 0, 0).eax >= LEAF_TOPOLOGY) {
		regs = cpu->query(cpu->context, LEAF_TOPOLOGY, 0);
		if (regs.ebx != 0)
			return regs.edx;
	}
	return cpu->query(cpu->context, 1, 0).ebx >> 24;
}
