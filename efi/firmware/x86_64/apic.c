/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/apic.h"

#include "firmware/x86_64/may_fault.h"

enum {
	MSR_APIC_BASE = 0x1b,
	APIC_BASE_X2APIC = 1 << 10,
	MSR_X2APIC_EOI = 0x80b,
	REGISTER_EOI = 0xb0,
	MSR_X2APIC_SPURIOUS = 0x80f,
	REGISTER_SPURIOUS = 0xf0,
	SPURIOUS_ENABLED = 1 << 8,
	FLAG_INTERRUPTS = 1 << 9,
};

static volatile uint32_t counted;

bool apic_delivers(void)
{
	uint64_t flags, base, spurious;

	__asm__ volatile("pushfq; popq %0" : "=r"(flags));
	if (!(flags & FLAG_INTERRUPTS) || may_fault_read_msr(MSR_APIC_BASE, &base) != FAULT_NONE)
		return false;
	if (!(base & APIC_BASE_X2APIC))
		spurious = *(volatile uint32_t *)((base & ~UINT64_C(0xfff)) + REGISTER_SPURIOUS);
	else if (may_fault_read_msr(MSR_X2APIC_SPURIOUS, &spurious) != FAULT_NONE)
		return false;
	return (spurious & SPURIOUS_ENABLED) != 0;
}

void apic_count(void)
{
	uint64_t base;

	(void)__atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
	if (may_fault_read_msr(MSR_APIC_BASE, &base) != FAULT_NONE)
		return;
	if (base & APIC_BASE_X2APIC)
		(void)may_fault_write_msr(MSR_X2APIC_EOI, 0);
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
