/* SPDX-License-Identifier: BSD-2-Clause */
/* The local interrupt controller of the vCPU that asks (Intel SDM volume 3, chapter 10). */
#ifndef KVMLEAF_FIRMWARE_X86_64_APIC_H
#define KVMLEAF_FIRMWARE_X86_64_APIC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/cpuid.h"

uint32_t apic_id(const struct cpuid_source *cpuid);
/* Whether interrupts reach this vCPU: neither held back by it nor by its controller. */
bool apic_delivers(void);
/* Counts an interrupt and tells the controller that it is done with. */
void apic_count(void);
/* Interrupts counted on all vCPUs since it was last reset. */
uint32_t apic_counted(void);
void apic_reset_count(void);

#endif
