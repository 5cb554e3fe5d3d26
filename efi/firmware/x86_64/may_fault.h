/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions that may fault, one place in memory each. A fault there is skipped over with its vector in R8; what
 * decides is the address alone, so that any number of vCPUs may be at it.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_MAY_FAULT_H
#define KVMLEAF_FIRMWARE_X86_64_MAY_FAULT_H

#include <stdint.h>

#include "core/probe/probe.h"

enum fault may_fault_read_msr(uint32_t msr, uint64_t *ret);
enum fault may_fault_write_msr(uint32_t msr, uint64_t value);
/* By VMMCALL or VMCALL. arguments: the call's number, then RBX, RCX, RDX, RSI. */
enum fault may_fault_vmmcall(const uint64_t arguments[5], int64_t *ret);
enum fault may_fault_vmcall(const uint64_t arguments[5], int64_t *ret);

/* How many bytes to skip at this address, 0 where none of these instructions is. */
uint64_t may_fault_length(uint64_t address);

#endif
