/* SPDX-License-Identifier: BSD-2-Clause */
#include "apic.h"

#include "guarded.h"

enum {
	LEAF_TOPOLOGY = 0xb, /* EDX: the x2APIC id */
	MSR_APIC_BASE = 0x1b,
	APIC_BASE_X2APIC = 1 << 10,
	MSR_X2APIC_EOI = 0x80b,
	REGISTER_EOI = 0xb0,
};

static volatile uint32_t counted;

uint32_t apic_id(const struct cpuid_source *cpuid)
{
	if (cpuid->query(cpuid->context, 0, 0).eax >= LEAF_TOPOLOGY) {
		struct cpuid_regs topology = cpuid->query(cpuid->context, LEAF_TOPOLOGY, 0);

		if (topology.ebx != 0) /* the leaf is there */
			return topology.edx;
	}
	return cpuid->query(cpuid->context, 1, 0).ebx >> 24;
}

void apic_count(void)
{
	uint64_t base;

	(void)__atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
	if (guarded_read_msr(MSR_APIC_BASE, &base) != FAULT_NONE)
		return;
	if (base & APIC_BASE_X2APIC)
		(void)guarded_write_msr(MSR_X2APIC_EOI, 0);
	else
		*(volatile uint32_t *)((base & ~UINT64_C(0xfff)) + REGISTER_EOI) = 0;
}

uint32_t apic_counted(void)
{
	return counted;
}

void apic_reset_count(void)
{
	counted = 0;
}
