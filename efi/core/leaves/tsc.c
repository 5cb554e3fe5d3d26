/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/tsc.h"

enum { ADJUST = 1 << 1, INVARIANT = 1 << 8, MHZ = 0xffff };

bool tsc_leaf_tells(uint32_t leaf, const struct cpuid_regs *regs)
{
	switch (leaf) {
	case LEAF_TSC_ADJUST:
		return (regs->ebx & ADJUST) != 0;
	case LEAF_TSC_RATIO:
		return regs->eax != 0 && regs->ebx != 0;
	case LEAF_CPU_MHZ:
		return (regs->eax & MHZ) != 0;
	case (uint32_t)LEAF_TSC_INVARIANT:
		return (regs->edx & INVARIANT) != 0;
	default:
		return false;
	}
}

/*
 * The TSC runs at ECX Hz, the frequency of a crystal, times EBX / EAX. Where the division would need 64 bits, for which
 * 32-bit firmware code has no library, the numbers are not those of a TSC.
 */
static uint32_t khz_of(const struct cpuid_regs *ratio)
{
	uint64_t khz = (uint64_t)(ratio->ecx / 1000) * ratio->ebx;

	return khz <= UINT32_MAX && ratio->eax != 0 ? (uint32_t)khz / ratio->eax : 0;
}

/* NULL where the leaf is not in the report or says nothing: the highest basic leaf is there in any case. */
static const struct cpuid_regs *telling(const struct report *report, uint32_t number)
{
	const struct leaf *leaf = report_leaf(report, number);

	return leaf != NULL && tsc_leaf_tells(number, &leaf->regs) ? &leaf->regs : NULL;
}

struct tsc tsc_decode(const struct report *report)
{
	const struct cpuid_regs *ratio = telling(report, LEAF_TSC_RATIO);
	const struct cpuid_regs *mhz = telling(report, LEAF_CPU_MHZ);

	return (struct tsc){ .is_invariant = telling(report, (uint32_t)LEAF_TSC_INVARIANT) != NULL,
		.has_adjust = telling(report, LEAF_TSC_ADJUST) != NULL,
		.khz = ratio != NULL ? khz_of(ratio) : 0,
		.base_mhz = mhz != NULL ? mhz->eax & MHZ : 0 };
}
