/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_area.h"

struct answer area_enable(
	struct probe_session *session, uint32_t msr, uint64_t flags, uint64_t reserved, uint64_t *ret_old)
{
	struct answer answer;

	if (!step_read_msr(session, msr, ret_old))
		return REFUSED;
	if (!probe_can_share(session, &answer))
		return answer;
	(void)probe_shared_area(session, AREA_OFFSET, AREA_SIZE);
	if (reserved != 0 && step_write_page_msr(session, msr, AREA_OFFSET, flags | reserved)) {
		step_restore_msr(session, msr, *ret_old);
		return WRONG_BY(RESERVED);
	}
	if (!step_write_page_msr(session, msr, AREA_OFFSET, flags))
		return REFUSED;
	if (step_page_msr_holds(session, msr, AREA_OFFSET, flags))
		return WORKS;
	step_restore_msr(session, msr, *ret_old);
	return WRONG_BY(READ_BACK);
}

struct answer area_try(
	struct probe_session *session, uint32_t msr, uint64_t flags, uint64_t reserved, enum probe_why why)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer answer;

	ring0->hold_interrupts(ring0->context, true);
	answer = area_enable(session, msr, flags, reserved, &old);
	if (answer.outcome == PROBE_WORKS) {
		step_restore_msr(session, msr, old);
		answer = (struct answer){ PROBE_ACCEPTED, why };
	}
	ring0->hold_interrupts(ring0->context, false);
	return answer;
}
