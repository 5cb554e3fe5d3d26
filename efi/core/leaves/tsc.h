/* SPDX-License-Identifier: BSD-2-Clause */
/* What the leaves say about the time stamp counter. */
#ifndef KVMLEAF_CORE_LEAVES_TSC_H
#define KVMLEAF_CORE_LEAVES_TSC_H

#include "core/report/report.h"

/* Intel SDM volume 2A, CPUID: 7, 0x15, 0x16; AMD APM volume 3, appendix E: 0x80000007. */
enum { LEAF_TSC_ADJUST = 0x07, LEAF_TSC_RATIO = 0x15, LEAF_CPU_MHZ = 0x16, LEAF_TSC_INVARIANT = (int)0x80000007 };

struct tsc {
	bool is_invariant; /* it runs at the same rate in every power state */
	bool has_adjust;   /* MSR 0x3b, TSC_ADJUST, exists */
	uint32_t khz;      /* of the TSC, by leaf 0x15; 0 where it does not say */
	uint32_t base_mhz; /* of the CPU, by leaf 0x16; 0 where it does not say */
};

/* Whether these registers of one of the four leaves say anything: only then is the leaf in the report. */
bool tsc_leaf_tells(uint32_t leaf, const struct cpuid_regs *regs);
struct tsc tsc_decode(const struct report *report);

#endif
