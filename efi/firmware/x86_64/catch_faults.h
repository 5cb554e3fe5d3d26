/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes over the vectors that the probe's instructions may fault by, #UD, #GP and #PF, for as long as it runs, and one
 * more whose interrupts are counted. Through EFI_CPU_ARCH_PROTOCOL (UEFI PI specification, volume 2, 12.3), or where
 * the firmware has none or has its own handlers, by an interrupt table of our own that is a copy of the firmware's in
 * every other vector: #VC and #VE, by which firmware answers CPUID in confidential guests, stay with it.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_CATCH_FAULTS_H
#define KVMLEAF_FIRMWARE_X86_64_CATCH_FAULTS_H

#include "firmware/firmware.h"

struct fault_catcher {
	const struct firmware *firmware;
	struct cpu_arch *arch; /* NULL: the table is ours */
	uint8_t vector;        /* whose interrupts are counted, 0 for none */
	void *table;           /* ours */
};

/* False where neither way is open: then nothing may be tried. */
BOOLEAN catch_faults_begin(struct fault_catcher *catcher, const struct firmware *firmware);
void catch_faults_end(struct fault_catcher *catcher);

/* Interrupts by catcher->vector are counted from now on (apic.h), on every vCPU; false where no vector is free. */
BOOLEAN count_interrupts_begin(struct fault_catcher *catcher);
void count_interrupts_end(struct fault_catcher *catcher);

#endif
