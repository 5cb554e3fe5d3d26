/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/apic.h"

#include <stddef.h>

#include "firmware/x86_64/may_fault.h"

enum {
	MSR_APIC_BASE = 0x1b,
	APIC_BASE_X2APIC = 1 << 10,
	/* A register's MSR in x2APIC mode is this, plus its offset in the APIC's page divided by 16. */
	MSR_X2APIC = 0x800,

	REGISTER_EOI = 0xb0,
	REGISTER_SPURIOUS = 0xf0,
	REGISTER_COMMAND = 0x300,  /* the low half of the interrupt command register */
	REGISTER_SELF_IPI = 0x3f0, /* in x2APIC mode only */

	SPURIOUS_ENABLED = 1 << 8,
	COMMAND_TO_SELF = 1 << 18, /* destination shorthand 01 */
	FLAG_INTERRUPTS = 1 << 9,
};

static volatile uint32_t counted, skipped;
static volatile uint32_t *volatile shared_eoi;

/*
 * The registers must be accessed by single 32-bit moves. A volatile access in C need not be one: gcc 12 compiles a
 * store of 0 to an AND of the register with 0 when it optimizes for size, which reads a register that may only be
 * written.
 */
static uint32_t read_device32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static void write_device32(uint64_t address, uint32_t value)
{
	__asm__ volatile("movl %1, (%0)" : : "r"(address), "r"(value) : "memory");
}

/* The address of the APIC's registers, or 0 in x2APIC mode. False where that cannot be told. */
static bool find_registers(uint64_t *ret)
{
	uint64_t base;

	if (may_fault_read_msr(MSR_APIC_BASE, &base) != FAULT_NONE)
		return false;
	*ret = base & APIC_BASE_X2APIC ? 0 : base & ~UINT64_C(0xfff);
	return true;
}

static void write_register(uint32_t offset, uint32_t value)
{
	uint64_t registers;

	if (!find_registers(&registers))
		return;
	if (registers == 0)
		(void)may_fault_write_msr(MSR_X2APIC + offset / 16, value);
	else
		write_device32(registers + offset, value);
}

bool apic_delivers(void)
{
	uint64_t flags, registers, spurious;

	__asm__ volatile("pushfq; popq %0" : "=r"(flags));
	if (!(flags & FLAG_INTERRUPTS) || !find_registers(&registers))
		return false;
	if (registers != 0)
		spurious = read_device32(registers + REGISTER_SPURIOUS);
	else if (may_fault_read_msr(MSR_X2APIC + REGISTER_SPURIOUS / 16, &spurious) != FAULT_NONE)
		return false;
	return (spurious & SPURIOUS_ENABLED) != 0;
}

void apic_interrupt_self(uint8_t vector)
{
	uint64_t registers;

	if (!find_registers(&registers))
		return;
	if (registers == 0)
		write_register(REGISTER_SELF_IPI, vector);
	else
		write_register(REGISTER_COMMAND, COMMAND_TO_SELF | vector);
}

/* One instruction, since the host may look at any time (Linux Documentation/virt/kvm/x86/msr.rst, MSR_KVM_EOI_EN). */
static bool clear_bit_0(volatile uint32_t *word)
{
	bool was_set;

	__asm__ volatile("btrl $0, %0" : "+m"(*word), "=@ccc"(was_set) : : "memory");
	return was_set;
}

void apic_count(void)
{
	(void)__atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
	if (shared_eoi != NULL && clear_bit_0(shared_eoi))
		skipped++;
	else
		write_register(REGISTER_EOI, 0);
}

uint32_t apic_counted(void)
{
	return counted;
}

void apic_reset_count(void)
{
	counted = 0;
	skipped = 0;
}

void apic_share_eoi(volatile uint32_t *word)
{
	shared_eoi = word;
}

uint32_t apic_eois_skipped(void)
{
	return skipped;
}
