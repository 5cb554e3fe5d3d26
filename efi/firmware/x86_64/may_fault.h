/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The instructions of the probe that may fault, each at one place in memory. By that address a fault handler recognises
 * them: it puts the fault's vector into R8 and continues behind the instruction. No state is kept, so that any number
 * of vCPUs may execute them at the same time.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_MAY_FAULT_H
#define KVMLEAF_FIRMWARE_X86_64_MAY_FAULT_H

#include <stdint.h>

#include "core/report/probe_result.h"

enum fault may_fault_read_msr(uint32_t msr, uint64_t *ret);
enum fault may_fault_write_msr(uint32_t msr, uint64_t value);
/* A hypercall by VMMCALL or VMCALL. arguments: for RAX (the call's number), RBX, RCX, RDX and RSI. *ret: RAX. */
enum fault may_fault_vmmcall(const uint64_t arguments[5], int64_t *ret);
enum fault may_fault_vmcall(const uint64_t arguments[5], int64_t *ret);

/* The length in bytes of the instruction at this address, or 0 where it is none of these. */
uint64_t may_fault_length(uint64_t address);

#endif
