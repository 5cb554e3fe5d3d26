/* SPDX-License-Identifier: BSD-2-Clause */
#include "confidential.h"

#include "text.h"

enum {
	LEAF_TDX = 0x21,
	LEAF_SEV = 0x1f, /* above 0x80000000 */
	SEV_SUPPORTED = 1 << 1,
	MSR_SEV_STATUS = (int)0xc0010131,
	SEV_STATUS_SEV = 1 << 0,
	SEV_STATUS_ES = 1 << 1,
	SEV_STATUS_SNP = 1 << 2,
};

static bool is_tdx(const struct report *report, const struct cpuid_source *cpuid)
{
	const struct leaf *first = report_leaf(report, 0);
	struct cpuid_regs regs;
	uint32_t words[3];

	if (first == NULL || first->regs.eax < LEAF_TDX)
		return false;
	regs = cpuid->query(cpuid->context, LEAF_TDX, 0);
	words[0] = regs.ebx; /* the order of a vendor string, not that of a hypervisor's signature */
	words[1] = regs.edx;
	words[2] = regs.ecx;
	return bytes_equal(words, "IntelTDX    ", sizeof(words));
}

static bool supports_sev(const struct cpuid_source *cpuid)
{
	const uint32_t extended = UINT32_C(0x80000000);
	uint32_t max = cpuid->query(cpuid->context, extended, 0).eax;

	return max >= extended + LEAF_SEV && max < extended + 0x10000 &&
	       (cpuid->query(cpuid->context, extended + LEAF_SEV, 0).eax & SEV_SUPPORTED) != 0;
}

enum confidential confidential_active(
	const struct report *report, const struct ring0 *ring0, const struct cpuid_source *cpuid)
{
	uint64_t status;

	if (is_tdx(report, cpuid))
		return CONFIDENTIAL_TDX;
	if (!supports_sev(cpuid) || ring0->read_msr(ring0->context, (uint32_t)MSR_SEV_STATUS, &status) != FAULT_NONE)
		return CONFIDENTIAL_NONE;
	if (status & SEV_STATUS_SNP)
		return CONFIDENTIAL_SNP;
	if (status & SEV_STATUS_ES)
		return CONFIDENTIAL_SEV_ES;
	return status & SEV_STATUS_SEV ? CONFIDENTIAL_SEV : CONFIDENTIAL_NONE;
}
