/* SPDX-License-Identifier: BSD-2-Clause */
/* The local interrupt controller (APIC) of the vCPU that runs this code (Intel SDM volume 3, chapter 10). */
#ifndef KVMLEAF_FIRMWARE_X86_64_APIC_H
#define KVMLEAF_FIRMWARE_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Whether interrupts reach this vCPU: its interrupt flag is set, and its APIC is enabled. */
bool apic_delivers(void);
/* Called for each interrupt of the counted vector: counts it, and signals its end to the APIC. */
void apic_count(void);
/* Interrupts counted on all vCPUs since it was last reset. */
uint32_t apic_counted(void);
void apic_reset_count(void);

#endif
