/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/confidential.h"

#include "core/base/text.h"

/* Bits of leaf 0x8000001f EAX, and of the MSR. */
enum { HAS_SEV = 1 << 1, HAS_SEV_ES = 1 << 3, HAS_SNP = 1 << 4 };
enum { MSR_SEV_STATUS = (int)0xc0010131, STATUS_SEV = 1 << 0, STATUS_SEV_ES = 1 << 1, STATUS_SNP = 1 << 2 };

bool confidential_is_tdx(const struct cpuid_regs *tdx)
{
	/* The order of a vendor string, not that of a hypervisor's signature. */
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

enum confidential confidential_ask(struct report *report, const struct ring0 *ring0)
{
	struct confidential_state *state = &report->confidential;
	uint64_t status;

	if (state->knows_active || !(state->supported & 1 << CONFIDENTIAL_SEV) ||
		ring0->read_msr(ring0->context, (uint32_t)MSR_SEV_STATUS, &status) != FAULT_NONE)
		return state->active;
	state->knows_active = true;
	if (status & STATUS_SNP)
		state->active = CONFIDENTIAL_SNP;
	else if (status & STATUS_SEV_ES)
		state->active = CONFIDENTIAL_SEV_ES;
	else if (status & STATUS_SEV)
		state->active = CONFIDENTIAL_SEV;
	return state->active;
}
