/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of the CPUID instruction, and where they come from: a CPU, or a recording of one. */
#ifndef KVMLEAF_CORE_BASE_CPUID_H
#define KVMLEAF_CORE_BASE_CPUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The four registers that CPUID writes: REGISTER(NAME, field of struct cpuid_regs). This is the one list of them. */
#define CPUID_REGISTERS(REGISTER)                                                                                      \
	REGISTER(EAX, eax)                                                                                             \
	REGISTER(EBX, ebx)                                                                                             \
	REGISTER(ECX, ecx)                                                                                             \
	REGISTER(EDX, edx)

struct cpuid_regs {
#define CPUID_FIELD(name, field) uint32_t field;
	CPUID_REGISTERS(CPUID_FIELD)
#undef CPUID_FIELD
};

enum cpuid_register {
#define CPUID_NUMBER(name, field) CPUID_##name,
	CPUID_REGISTERS(CPUID_NUMBER)
#undef CPUID_NUMBER
		CPUID_REGISTER_COUNT
};

/*
 * query executes CPUID with EAX = leaf, ECX = subleaf, or looks it up; it cannot fail, as CPUID cannot. A recording may
 * lack a leaf that its CPU has, and query then returns zeros: has tells that apart from a leaf that is zeros. It is
 * NULL for a CPU, which answers every leaf.
 */
struct cpuid_source {
	struct cpuid_regs (*query)(void *context, uint32_t leaf, uint32_t subleaf);
	void *context;
	bool (*has)(void *context, uint32_t leaf, uint32_t subleaf);
};

bool cpuid_has(const struct cpuid_source *cpu, uint32_t leaf, uint32_t subleaf);

uint32_t cpuid_register_value(const struct cpuid_regs *regs, enum cpuid_register reg);
const char *cpuid_register_name(enum cpuid_register reg); /* "EAX", as manuals and the console table write it */
const char *cpuid_register_key(enum cpuid_register reg);  /* "eax", as the report and dumps write it */

/*
 * The local APIC id of the CPU that answers: EDX of leaf 0xb, the x2APIC id, where that leaf exists (EBX is not 0);
 * else bits 31 to 24 of EBX of leaf 1 (Intel SDM volume 2A, CPUID).
 */
uint32_t cpuid_apic_id(const struct cpuid_source *cpu);

#endif
