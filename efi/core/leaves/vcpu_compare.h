/* SPDX-License-Identifier: BSD-2-Clause */
/* Each vCPU has CPUID leaves of its own: do all of them show what the first vCPU shows? */
#ifndef KVMLEAF_CORE_LEAVES_VCPU_COMPARE_H
#define KVMLEAF_CORE_LEAVES_VCPU_COMPARE_H

#include "core/base/cpuid.h"
#include "core/report/report.h"

enum { SLOT_DIFFERENCES_MAX = 12 };

/* What one vCPU found out about itself. Each vCPU writes its own slot, and done last. */
struct vcpu_slot {
	uint32_t apic_id;
	uint32_t count; /* of registers that differ; those beyond the array are only counted */
	struct {
		uint32_t leaf, subleaf, first, value;
		uint8_t reg; /* enum cpuid_register */
	} differences[SLOT_DIFFERENCES_MAX];
	struct cpu_facts cpu;
	volatile uint32_t done;
};

/*
 * The bits of a register (enum cpuid_register) of a leaf that must be the same on all CPUs of one machine and on
 * machines of one kind: all but those that per_cpu.def lists.
 */
uint32_t vcpus_comparable(const struct report *report, uint32_t leaf, int reg);

/*
 * Compares a vCPU with the first. Runs on that vCPU while others do the same: it reads the report and writes only the
 * slot. It executes every leaf in the report and every base.
 */
void vcpus_compare(const struct cpuid_source *cpu, const struct report *first, struct vcpu_slot *slot);
/* Adds a vCPU's slot to the report. Call it for each vCPU but the first, in the order of the processors. */
void vcpus_collect(struct report *report, const struct vcpu_slot *slot);

#endif
