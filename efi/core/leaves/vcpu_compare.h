/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUID is each vCPU's own: does every one show what the first shows? */
#ifndef KVMLEAF_CORE_LEAVES_VCPU_COMPARE_H
#define KVMLEAF_CORE_LEAVES_VCPU_COMPARE_H

#include "core/base/cpuid.h"
#include "core/report/report.h"

enum { SLOT_DIFFERENCES_MAX = 12 };

/* What one vCPU found about itself. Each writes its own; done is last. */
struct vcpu_slot {
	uint32_t apic_id;
	uint32_t count; /* of registers that differ; those beyond the array are only counted */
	struct {
		uint32_t leaf, first, value;
		uint8_t reg;
	} differences[SLOT_DIFFERENCES_MAX];
	volatile uint32_t done;
};

/* The bits of a register, 0..3 for EAX to EDX, that may be compared between CPUs of one machine, or between machines.
 */
uint32_t vcpus_comparable(const struct report *report, uint32_t leaf, int reg);

/*
 * Runs on the vCPU that it is about, beside others: reads the report of the first and writes nothing but the slot.
 * Executes every leaf that was believed, and all bases.
 */
void vcpus_compare(const struct cpuid_source *cpu, const struct report *first, struct vcpu_slot *slot);
/* Takes one vCPU's slot into the report. Slots come in the order of the processors, the first one's left out. */
void vcpus_collect(struct report *report, const struct vcpu_slot *slot);
/* The local APIC id by the CPU's own leaves 0xb and 1. */
uint32_t vcpus_apic_id(const struct cpuid_source *cpu);

#endif
