/* SPDX-License-Identifier: BSD-2-Clause */
/* Look-ups by name in the tables that include/kvmleaf/kvm_abi.h declares; kvm_names.c holds the tables themselves. */
#ifndef KVMLEAF_CORE_BASE_KVM_NAMES_H
#define KVMLEAF_CORE_BASE_KVM_NAMES_H

#include "core/base/cpuid.h"
#include "kvmleaf/kvm_abi.h"

/*
 * The bits that a name stands for: a kernel name ("KVM_FEATURE_PV_EOI", "PV_EOI", "KVM_HINTS_REALTIME"), or QEMU's
 * property ("kvmclock", which stands for bits 0 and 3). Upper and lower case are the same. name has length bytes and
 * need not end with a NUL. Returns the name as the table spells it, or NULL for an unknown name.
 */
const char *kvm_bits_by_name(const char *name, size_t length, uint32_t *ret_eax, uint32_t *ret_edx);

/* The register of leaf base+1 that a row of the feature table is about. */
enum cpuid_register kvm_register_of(enum kvm_register reg);

#endif
