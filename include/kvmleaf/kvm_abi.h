/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of kvm_abi.def in C: the numbers as enums, the masks of all known bits, and tables. */
#ifndef KVMLEAF_KVM_ABI_H
#define KVMLEAF_KVM_ABI_H

#include <stddef.h>
#include <stdint.h>

/*
 * CPUID leaves of hypervisors. They are in blocks that begin at multiples of 0x100, as Linux searches for them
 * (arch/x86/include/asm/cpuid/api.h). KVM_LEAF_... are offsets from the base of KVM's block.
 */
enum {
	HYPERVISOR_BASE_FIRST = 0x40000000,
	HYPERVISOR_BASE_LAST = 0x4000ff00,
	HYPERVISOR_BASE_STEP = 0x100,
	HYPERVISOR_BASES = (HYPERVISOR_BASE_LAST - HYPERVISOR_BASE_FIRST) / HYPERVISOR_BASE_STEP + 1,
	KVM_LEAF_FEATURES = 0x01, /* EAX: feature bits, EDX: hints */
	KVM_LEAF_TIMING = 0x10,   /* EAX: TSC kHz, EBX: APIC bus kHz; exists only where the maximum leaf reaches it */
};

enum kvm_bit {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) KVM_BIT_##name = (bit),
#define KVM_HINT(bit, name, qemu, status, first, meaning) KVM_HINT_BIT_##name = (bit),
#include "kvm_abi.def"
};

enum {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) | 1 << (bit)
	KVM_KNOWN_EAX = 0
#include "kvm_abi.def"
	,
#define KVM_HINT(bit, name, qemu, status, first, meaning) | 1 << (bit)
	KVM_KNOWN_EDX = 0
#include "kvm_abi.def"
	,
};

enum {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) +1
#define KVM_HINT KVM_FEATURE
	KVM_FEATURE_ROWS = 0 /* of both registers */
#include "kvm_abi.def"
};

enum kvm_msr {
#define KVM_MSR(index, name, feature) KVM_MSR_##name = (index),
#include "kvm_abi.def"
};

enum kvm_call {
#define KVM_HYPERCALL(number, name, feature) KVM_CALL_##name = (number),
#define KVM_HYPERCALL_FREE(number, name) KVM_CALL_##name = (number),
#include "kvm_abi.def"
	KVM_CALL_UNASSIGNED = 0x7fff, /* no such call: KVM answers -KVM_ENOSYS */
};

/* In KVM's range, but no MSR: reading it faults, unless the host ignores unknown MSRs (kvm.ignore_msrs=1). */
enum { KVM_MSR_UNASSIGNED = 0x4b564dff };

/* Errors, which a hypercall returns as negative numbers (Linux include/uapi/linux/kvm_para.h). */
enum { KVM_EINVAL = 22, KVM_EOPNOTSUPP = 95, KVM_ENOSYS = 1000 };

/* The status of a feature; see kvm_abi.def. */
enum kvm_row_status { KVM_ACTIVE, KVM_DEPRECATED, KVM_VMM };
/* The register of leaf base+1 that has the bit. */
enum kvm_register { KVM_EAX, KVM_EDX };

/* One feature bit or hint of leaf base+1. */
struct kvm_feature {
	uint8_t bit;       /* 0..31 */
	uint8_t reg;       /* enum kvm_register */
	uint8_t status;    /* enum kvm_row_status */
	const char *name;  /* the kernel's, "KVM_FEATURE_PV_EOI" or "KVM_HINTS_REALTIME" */
	const char *qemu;  /* QEMU's -cpu property, "" for none */
	const char *first; /* first Linux release, "" when not known */
	const char *meaning;
};

/* An MSR or a hypercall that a guest may use where it has the feature. A feature may have several, or none. */
struct kvm_unlock {
	uint32_t number;     /* MSR index or hypercall number */
	uint8_t feature_bit; /* of the feature, in EAX */
	const char *name;    /* the kernel's, "MSR_KVM_PV_EOI_EN" or "KVM_HC_KICK_CPU" */
};

extern const struct kvm_feature kvm_features[]; /* EAX rows by bit, then EDX rows by bit */
extern const size_t kvm_feature_count;
/* The name without the kernel's prefix: "PV_EOI". */
const char *kvm_feature_bare_name(const struct kvm_feature *feature);
extern const struct kvm_unlock kvm_msrs[];
extern const size_t kvm_msr_count;
extern const struct kvm_unlock kvm_hypercalls[];
extern const size_t kvm_hypercall_count;

#endif
