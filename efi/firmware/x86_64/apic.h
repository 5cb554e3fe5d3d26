/* SPDX-License-Identifier: BSD-2-Clause */
/* The local interrupt controller (APIC) of the vCPU that runs this code (Intel SDM volume 3, chapter 10). */
#ifndef KVMLEAF_FIRMWARE_X86_64_APIC_H
#define KVMLEAF_FIRMWARE_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Whether interrupts reach this vCPU: its interrupt flag is set, and its APIC is enabled. */
bool apic_delivers(void);
/* Sends this vCPU an interrupt. */
void apic_interrupt_self(uint8_t vector);
/* Called for each interrupt of the counted vector: counts it, and signals its end to the APIC. */
void apic_count(void);
/* Interrupts counted on all vCPUs since the count was last reset. */
uint32_t apic_counted(void);
void apic_reset_count(void);

/*
 * The word of KVM's PV_EOI, or NULL for none: where its bit 0 is set, apic_count() clears the bit instead of signalling
 * the end. The number of interrupts for which it did so since the count was last reset.
 */
void apic_share_eoi(volatile uint32_t *word);
uint32_t apic_eois_skipped(void);

#endif
