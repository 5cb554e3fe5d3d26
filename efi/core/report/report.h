/* SPDX-License-Identifier: BSD-2-Clause */
/* The one result: filled from top to bottom by discover, decode and judge; the outputs see nothing else. */
#ifndef KVMLEAF_CORE_REPORT_REPORT_H
#define KVMLEAF_CORE_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cpuid.h"
#include "kvmleaf/exit_status.h"
#include "kvmleaf/kvm_abi.h"
#include "core/probe/probe.h"

enum {
	SIGNATURE_SIZE = 12,
	CPUID_LEAF1_ECX_HYPERVISOR = 31, /* Intel SDM: not used by CPUs, so that hypervisors may set it */
	HYPERV_INTERFACE = 0x31237648,   /* "Hv#1" in EAX of base+1: Hyper-V-conformant, whatever the vendor string */
	BLOCKS_MAX = 16,
	LEAVES_MAX = 512,
	PROBLEMS_MAX = 32,
	EXPECTATIONS_MAX = 32,
	VCPU_DIFFERENCES_MAX = 32,
	VCPU_RANGES_MAX = 16,
};

enum verdict { VERDICT_NONE, VERDICT_MASKED, VERDICT_OTHER, VERDICT_KVM_BEHIND, VERDICT_KVM, VERDICT_COUNT };

enum hypervisor {
	HYPERVISOR_UNKNOWN,
#define HYPERVISOR(name, signature, title) HYPERVISOR_##name,
#include "kvmleaf/hypervisors.def"
};

enum problem_kind {
#define PROBLEM(name, short_name, meaning) PROBLEM_##name,
#include "core/report/problems.def"
	PROBLEM_KINDS
};

struct leaf {
	uint32_t leaf, subleaf;
	struct cpuid_regs regs;
};

struct block {
	uint32_t base;
	char signature[SIGNATURE_SIZE];
	enum hypervisor hypervisor;
	bool hyperv_interface;  /* base+1 says "Hv#1" */
	bool kvm_interface;     /* KVM's signature on what is another hypervisor */
	uint32_t max_leaf;      /* EAX as read */
	uint32_t max_leaf_used; /* base <= max_leaf_used < base + 0x100 */
};

struct problem {
	enum problem_kind kind;
	bool about_leaf;
	uint32_t first, last,
		count; /* about a leaf: the leaves, of which count were seen so; else first is the number */
	struct cpuid_regs regs;
};

struct kvm {
	bool present;
	uint32_t base;
	uint32_t eax, edx; /* of base+1, 0 where that leaf does not exist */
	bool has_timing;
	uint32_t tsc_khz, apic_khz;
};

/* Guests whose host is kept out of their memory or registers. */
enum confidential {
	CONFIDENTIAL_NONE,
	CONFIDENTIAL_SEV,
	CONFIDENTIAL_SEV_ES,
	CONFIDENTIAL_SNP,
	CONFIDENTIAL_TDX,
	CONFIDENTIAL_COUNT
};

struct confidential_state {
	uint8_t supported; /* a bit for each that the leaves tell of */
	bool knows_active; /* TDX says so in its leaf; SEV only in an MSR, which the probe reads */
	enum confidential active;
};

/* Some vCPUs, by local APIC id: runs of ids, in the order in which they were met. */
struct vcpu_set {
	struct {
		uint32_t first, last;
	} ranges[VCPU_RANGES_MAX];
	uint32_t range_count;
	uint32_t count; /* of vCPUs, also of those that are in no range for want of room */
};

/* A register that some vCPUs have otherwise than the first. */
struct vcpu_difference {
	uint32_t leaf;
	uint8_t reg; /* 0..3: EAX to EDX */
	uint32_t first, value;
	struct vcpu_set vcpus;
};

enum expectation_kind { EXPECT_REQUIRE, EXPECT_FORBID, EXPECT_VERDICT };

struct expectation {
	enum expectation_kind kind;
	uint32_t eax, edx;    /* the bits that the name stands for */
	enum verdict verdict; /* for EXPECT_VERDICT */
	const char *name;     /* as the tables spell it */
	bool holds;
};

struct report {
	bool replay; /* a recorded machine, not this one */
	enum verdict verdict;
	bool hypervisor_bit;
	char cpu_vendor[SIGNATURE_SIZE];
	uint32_t cpu_signature; /* EAX of leaf 1: family, model, stepping */

	struct block blocks[BLOCKS_MAX];
	size_t block_count;
	struct kvm kvm;
	struct leaf leaves[LEAVES_MAX]; /* every leaf that was believed, in the order of reading */
	size_t leaf_count;
	/* What every base answered, and the highest basic leaf: what is no block must be none on any vCPU. */
	struct cpuid_regs bases[HYPERVISOR_BASES], top;
	struct confidential_state confidential;
	bool foreign_machine; /* its maker's own hypervisor is not KVM */

	bool knows_secure_boot, secure_boot; /* whether the firmware says, and what */
	uint32_t vcpu_count, vcpus_checked;
	struct vcpu_difference vcpu_differences[VCPU_DIFFERENCES_MAX];
	size_t vcpu_difference_count;
	uint32_t vcpu_differences_dropped;
	struct vcpu_set vcpus_differing, vcpus_silent;
	struct probe probe;
	bool enforced; /* a masked feature that works counts as a contradiction */
	struct expectation expectations[EXPECTATIONS_MAX];
	size_t expectation_count;
	struct problem problems[PROBLEMS_MAX];
	size_t problem_count;
	uint32_t problems_dropped;
};

const char *report_source_name(bool replay);
const char *verdict_name(enum verdict verdict);
const char *hypervisor_title(const struct block *block);
/* The row whose signature these 12 bytes are, HYPERVISOR_UNKNOWN for none. */
enum hypervisor hypervisor_by_signature(const char *signature);
const char *confidential_name(enum confidential kind);
const char *problem_name(enum problem_kind kind);
const char *problem_meaning(enum problem_kind kind);
const char *expectation_kind_name(enum expectation_kind kind);

/* The recorded leaf of that number with subleaf 0, or NULL. */
const struct leaf *report_leaf(const struct report *report, uint32_t leaf);
void report_problem(struct report *report, enum problem_kind kind, uint32_t number);
/* A run of leaves with the same registers and the same fault becomes one row. */
void report_leaf_problem(struct report *report, enum problem_kind kind, uint32_t leaf, const struct cpuid_regs *regs);

#endif
