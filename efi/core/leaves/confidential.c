/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/confidential.h"

#include "core/base/text.h"

/* Bits of EAX of leaf 0x8000001f. */
enum { HAS_SEV = 1 << 1, HAS_SEV_ES = 1 << 3, HAS_SNP = 1 << 4 };

bool confidential_is_tdx(const struct cpuid_regs *tdx)
{
	/* Text in the order of leaf 0's vendor: EBX, EDX, ECX. Hypervisors' signatures are in EBX, ECX, EDX. */
	const uint32_t words[] = { tdx->ebx, tdx->edx, tdx->ecx };

	return bytes_equal(words, "IntelTDX    ", sizeof(words));
}

bool confidential_has_sev(const struct cpuid_regs *sev)
{
	return (sev->eax & (HAS_SEV | HAS_SEV_ES | HAS_SNP)) != 0;
}

void confidential_decode(struct report *report)
{
	const struct leaf *tdx = report_leaf(report, LEAF_TDX);
	const struct leaf *sev = report_leaf(report, (uint32_t)LEAF_SEV);
	struct confidential_state *state = &report->confidential;

	if (tdx != NULL && confidential_is_tdx(&tdx->regs))
		*state = (struct confidential_state){
			.supported = 1 << CONFIDENTIAL_TDX, .knows_active = true, .active = CONFIDENTIAL_TDX
		};
	if (sev == NULL)
		return;
	if (sev->regs.eax & HAS_SEV)
		state->supported |= 1 << CONFIDENTIAL_SEV;
	if (sev->regs.eax & HAS_SEV_ES)
		state->supported |= 1 << CONFIDENTIAL_SEV_ES;
	if (sev->regs.eax & HAS_SNP)
		state->supported |= 1 << CONFIDENTIAL_SNP;
}
