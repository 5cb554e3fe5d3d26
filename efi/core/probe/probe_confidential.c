/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_confidential.h"

enum { MSR_SEV_STATUS = (int)0xc0010131, STATUS_SEV = 1 << 0, STATUS_SEV_ES = 1 << 1, STATUS_SNP = 1 << 2 };

enum confidential probe_confidential(struct report *report, const struct ring0 *ring0)
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
