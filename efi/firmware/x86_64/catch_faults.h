/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes over the vectors that the probe's instructions may fault by, #UD, #GP and #PF, for as long as it runs, and one
 * more whose interrupts are counted. Through EFI_CPU_ARCH_PROTOCOL (UEFI PI specification, volume 2, 12.3), or where
 * the firmware has none or has its own handlers, by an interrupt table of our own that is a copy of the firmware's in
 * every other vector: #VC and #VE, by which firmware answers CPUID in confidential guests, stay with it.
 */
#ifndef KVMLEAF_GUARD_H
#define KVMLEAF_GUARD_H

#include "firmware/firmware.h"

struct guard {
	const struct firmware *firmware;
	struct cpu_arch *arch; /* NULL: the table is ours */
	uint8_t vector;        /* whose interrupts are counted, 0 for none */
	void *table;           /* ours */
};

/* False where neither way is open: then nothing may be tried. */
BOOLEAN guard_begin(struct guard *guard, const struct firmware *firmware);
void guard_end(struct guard *guard);

/* Interrupts by guard->vector are counted from now on (apic.h), on every vCPU; false where no vector is free. */
BOOLEAN guard_listen(struct guard *guard);
void guard_deafen(struct guard *guard);

#endif
