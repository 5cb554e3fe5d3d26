/* SPDX-License-Identifier: BSD-2-Clause */
/* The instructions that C has no words for. */
#ifndef KVMLEAF_FIRMWARE_CPU_H
#define KVMLEAF_FIRMWARE_CPU_H

#include <stdint.h>

#include "core/base/cpuid.h"

/* A struct cpuid_source's query: the CPU that executes it. */
struct cpuid_regs cpu_query(void *context, uint32_t leaf, uint32_t subleaf);
uint64_t cpu_tsc(void);
void port_write8(uint16_t port, uint8_t value);
void port_write16(uint16_t port, uint16_t value);
uint8_t port_read8(uint16_t port);

#endif
