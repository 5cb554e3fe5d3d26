/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Catches the faults of the probe's instructions (may_fault.h), #UD, #GP and #PF, and counts the interrupts of one more
 * vector, for as long as the probe runs. It does so through EFI_CPU_ARCH_PROTOCOL (UEFI PI specification, volume
 * 2, 12.3). Where the firmware has no such protocol, or has handlers of its own for these vectors, it uses an interrupt
 * table of its own, in which every other vector is as in the firmware's: in confidential guests the firmware's handlers
 * of #VC and #VE are what makes CPUID work.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_CATCH_FAULTS_H
#define KVMLEAF_FIRMWARE_X86_64_CATCH_FAULTS_H

#include "firmware/firmware.h"
#include "firmware/x86_64/interrupt_table.h"

struct fault_catcher {
	const struct firmware *firmware;
	struct cpu_arch *arch; /* the protocol; NULL where the table below is used instead */
	uint8_t vector;        /* whose interrupts are counted; 0 for none */
	void *table;           /* of interrupt_table_load() */
};

/* The failed call where neither way is open. Then nothing that may fault may be executed. */
struct efi_call catch_faults_begin(struct fault_catcher *catcher, const struct firmware *firmware);
void catch_faults_end(struct fault_catcher *catcher);

/* The same for another vCPU, on which these two must run: the protocol's handlers are all vCPUs', a table is not. */
void catch_faults_here(const struct fault_catcher *catcher, struct table_register *ret_before);
void catch_faults_here_end(const struct fault_catcher *catcher, const struct table_register *before);

/*
 * Chooses catcher->vector and counts its interrupts from now on (apic.h): on every vCPU by the protocol, on this one by
 * the table. FALSE where no vector is free.
 */
BOOLEAN count_interrupts_begin(struct fault_catcher *catcher);
void count_interrupts_end(struct fault_catcher *catcher);

#endif
