/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions that C cannot express. */
#ifndef KVMLEAF_FIRMWARE_CPU_H
#define KVMLEAF_FIRMWARE_CPU_H

#include <stdint.h>

#include "core/base/cpuid.h"

/* The query function of a struct cpuid_source for the CPU that calls it. context is not used. */
struct cpuid_regs cpu_query(void *context, uint32_t leaf, uint32_t subleaf);
uint64_t cpu_tsc(void); /* the time stamp counter */
void port_write8(uint16_t port, uint8_t value);
void port_write16(uint16_t port, uint16_t value);
uint8_t port_read8(uint16_t port);
uint32_t port_read32(uint16_t port);

#endif
