/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one result of a run. examine() (core/judge/examine.h) has the rooms above fill it, in this order: discover,
 * comparison of the vCPUs, decode, probe, judge. The outputs read nothing else.
 */
#ifndef KVMLEAF_CORE_REPORT_REPORT_H
#define KVMLEAF_CORE_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cpuid.h"
#include "core/report/probe_result.h"
#include "core/report/vcpu_set.h"
#include "kvmleaf/exit_status.h"
#include "kvmleaf/kvm_abi.h"

enum {
	SIGNATURE_SIZE = 12,
	CPUID_LEAF1_ECX_HYPERVISOR = 31, /* the hypervisor bit: Intel and AMD promise that no CPU sets it */
	/* "Hv#1" in EAX of base+1: an interface like Hyper-V's, whatever the signature (Hypervisor TLFS, 2.4) */
	HYPERV_INTERFACE = 0x31237648,
	BLOCKS_MAX = 17, /* 16, and one that is kept for KVM's */
	LEAVES_MAX = 512,
	PROBLEMS_MAX = 32,
	EXPECTATIONS_MAX = 32,
	VCPU_DIFFERENCES_MAX = 32,
};

enum verdict {
#define VERDICT(name, word, sentence, meaning) VERDICT_##name,
#include "kvmleaf/verdicts.def"
	VERDICT_COUNT
};

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

/* The leaves from one multiple of 0x100 to the next, at whose base a hypervisor's signature was believed. */
struct block {
	uint32_t base;
	char signature[SIGNATURE_SIZE]; /* EBX, ECX, EDX at the base; no NUL at the end */
	enum hypervisor hypervisor;
	bool hyperv_interface;  /* base+1 says "Hv#1" */
	bool kvm_interface;     /* KVM's signature, but the hypervisor is another one that offers KVM's interface */
	uint32_t max_leaf;      /* EAX as read */
	uint32_t max_leaf_used; /* base <= max_leaf_used < base + 0x100 */
};

/* Something that was seen and not believed, or that was missing. */
struct problem {
	enum problem_kind kind;
	bool about_leaf;
	/* About leaves: count leaves between first and last had these registers. */
	uint32_t first, last, count;
	struct cpuid_regs regs;
	/* About something else: a size in bytes, or the status that the call returned; 0 where there is no number. */
	uint32_t number;
	const char *call; /* the firmware's function that failed, NULL for none */
};

/* What the lowest KVM block says. */
struct kvm {
	bool present;
	uint32_t base;
	uint32_t eax, edx; /* of base+1: features and hints; 0 where that leaf does not exist */
	bool has_timing;   /* leaf base+0x10 exists */
	uint32_t tsc_khz, apic_khz;
};

/*
 * Confidential guests: the CPU keeps the host out of their memory, and for all but SEV out of their registers too. With
 * VBS (virtualization-based security) it is Hyper-V, not the CPU, that keeps the host's operating system out.
 */
enum confidential {
	CONFIDENTIAL_NONE,
	CONFIDENTIAL_SEV,
	CONFIDENTIAL_SEV_ES,
	CONFIDENTIAL_SNP,
	CONFIDENTIAL_TDX,
	CONFIDENTIAL_VBS,
	CONFIDENTIAL_COUNT
};

struct confidential_state {
	uint8_t supported; /* bit 1 << enum confidential is set for each kind that the leaves name */
	/* Whether active is known. TDX and Hyper-V's isolation are told by a leaf; SEV only by an MSR, which the probe
	 * reads. */
	bool knows_active;
	enum confidential active;
};

/* What the CPU offers to an operating system, by the rows of core/leaves/cpu_features.def: bit i is row i. */
struct cpu_facts {
	uint64_t known;        /* the leaf was read, or the CPU has no such leaf */
	uint64_t has;          /* known, and every vCPU that answered has it */
	uint8_t physical_bits; /* width of a physical address, leaf 0x80000008; 0 where it does not say */
	bool is_intel;
	bool knows_basic, knows_extended; /* whether the highest leaf of the range was read */
	uint32_t basic_max, extended_max;
};

/* A register that has another value on some vCPUs than on the first. */
struct vcpu_difference {
	uint32_t leaf, subleaf;
	uint8_t reg;    /* enum cpuid_register */
	uint32_t first; /* its value on the first vCPU */
	uint32_t value; /* its value on these vCPUs */
	struct vcpu_set vcpus;
};

enum expectation_kind { EXPECT_REQUIRE, EXPECT_FORBID, EXPECT_VERDICT };

struct expectation {
	enum expectation_kind kind;
	uint32_t eax, edx;    /* the bits of KVM's leaf that the name stands for */
	uint64_t cpu;         /* or the features of struct cpu_facts; 0 for a name of KVM's */
	enum verdict verdict; /* for EXPECT_VERDICT */
	const char *name;     /* as the tables spell it */
	bool holds;
};

/* Whose registers these are. */
enum report_source {
	SOURCE_CPU,    /* this machine's, read by firmware before any operating system ran */
	SOURCE_REPLAY, /* a recording of some machine's */
	SOURCE_USER,   /* the running system's, read by a program in user space */
	SOURCE_COUNT
};

struct report {
	enum report_source source;
	enum verdict verdict;
	bool hypervisor_bit;
	char cpu_vendor[SIGNATURE_SIZE];
	uint32_t cpu_signature; /* EAX of leaf 1: family, model, stepping */
	struct cpu_facts cpu;

	struct block blocks[BLOCKS_MAX];
	size_t block_count;
	struct kvm kvm;
	struct leaf leaves[LEAVES_MAX]; /* every leaf that was believed, in the order of reading */
	size_t leaf_count;
	/* What the first vCPU answered at every base and at its highest basic leaf, for comparison with the others. */
	struct cpuid_regs bases[HYPERVISOR_BASES], top;
	struct confidential_state confidential;
	bool foreign_machine; /* SMBIOS names a maker whose hypervisor offers KVM's interface but is not KVM */

	bool knows_secure_boot; /* the firmware has the variable SecureBoot */
	bool secure_boot;
	uint32_t vcpu_count, vcpus_checked;
	struct vcpu_difference vcpu_differences[VCPU_DIFFERENCES_MAX];
	size_t vcpu_difference_count;
	uint32_t vcpu_differences_dropped;
	struct vcpu_set vcpus_differing, vcpus_silent;
	struct probe probe;
	bool probe_asked;  /* a probe was asked for; probe.run tells whether it was run */
	bool probe_forced; /* it was to be run whatever the machine is */
	bool enforced;     /* a masked feature that works counts as a contradiction */
	struct expectation expectations[EXPECTATIONS_MAX];
	size_t expectation_count;
	struct problem problems[PROBLEMS_MAX];
	size_t problem_count;
	uint32_t problems_dropped;
};

const char *report_source_name(enum report_source source);
const char *verdict_name(enum verdict verdict);     /* "kvm-behind" */
const char *verdict_sentence(enum verdict verdict); /* "KVM, behind another hypervisor." */
const char *hypervisor_title(const struct block *block);
/* The hypervisor that has these SIGNATURE_SIZE bytes as its signature, or HYPERVISOR_UNKNOWN. */
enum hypervisor hypervisor_by_signature(const char *signature);
const char *confidential_name(enum confidential kind);
const char *problem_name(enum problem_kind kind);
const char *problem_meaning(enum problem_kind kind);
const char *expectation_kind_name(enum expectation_kind kind);

/* The recorded leaf of that number with subleaf 0, or NULL. */
const struct leaf *report_leaf(const struct report *report, uint32_t leaf);
/* number: see struct problem. */
void report_problem(struct report *report, enum problem_kind kind, uint32_t number);
/* A problem that a firmware call caused: call is its name, a string that lives on; status is what it returned. */
void report_call_problem(struct report *report, enum problem_kind kind, const char *call, uint32_t status);
/* Leaves with the same problem and the same registers become one row, which has the first and the last of them. */
void report_leaf_problem(struct report *report, enum problem_kind kind, uint32_t leaf, const struct cpuid_regs *regs);

#endif
