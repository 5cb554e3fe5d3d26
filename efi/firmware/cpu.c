/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/cpu.h"

#include <stddef.h>

/* GCC's __get_cpuid() cannot be used: it refuses leaves above the highest basic leaf, and so 0x40000000. */
struct cpuid_regs cpu_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs regs;

	(void)context;
	__asm__ volatile("cpuid"
			 : "=a"(regs.eax), "=b"(regs.ebx), "=c"(regs.ecx), "=d"(regs.edx)
			 : "a"(leaf), "c"(subleaf));
	return regs;
}

/* LFENCE keeps RDTSC from executing ahead of earlier loads, which read the clock that is compared with it. */
uint64_t cpu_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

void port_write8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void port_write16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

uint8_t port_read8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

uint32_t port_read32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/*
 * GCC calls these two for struct copies, even with -ffreestanding. They consist of string instructions, because GCC
 * might recognise a loop as memcpy and replace it by a call to memcpy.
 */
void *memcpy(void *destination, const void *source, size_t length);
void *memset(void *destination, int value, size_t length);

void *memcpy(void *destination, const void *source, size_t length)
{
	void *to = destination;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(source), "+c"(length) : : "memory");
	return destination;
}

void *memset(void *destination, int value, size_t length)
{
	void *to = destination;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
	return destination;
}
