/* SPDX-License-Identifier: BSD-2-Clause */
/* The area of steal time: struct kvm_steal_time (Linux arch/x86/include/uapi/asm/kvm_para.h). */
#include "core/probe/probe_area.h"

enum {
	STEAL_VERSION = 8,    /* offset of the version, 4 bytes */
	STEAL_PREEMPTED = 16, /* offset of the preempted byte */
	PREEMPTED_FLUSH = 1 << 1 /* KVM_VCPU_FLUSH_TLB, of that byte */,
	STEAL_RESERVED = 1 << 1, /* of the MSR */
	/* How many stale translations are to be made, and how many of them must be seen before one is flushed. */
	FLUSH_TRIES = 8,
	FLUSHES = 3,
};

/* The host fills the area when its address is written to the MSR. */
struct answer probe_STEAL_TIME(struct probe_session *session)
{
	uint32_t version;
	uint64_t old;
	struct answer answer = area_enable(session, KVM_MSR_STEAL_TIME, AREA_ENABLED, STEAL_RESERVED, &old);

	if (answer.outcome != PROBE_WORKS)
		return answer;
	version = *(const volatile uint32_t *)(session->ring0->page + AREA_OFFSET + STEAL_VERSION);
	if (version == 0 || version % 2 != 0)
		answer = version == 0 ? WRONG_BY(NOT_FILLED) : WRONG_BY(VERSION);
	step_restore_msr(session, KVM_MSR_STEAL_TIME, old);
	return answer;
}

/*
 * Has the host look at the preempted byte, as it does whenever it runs this vCPU again: it does so at a write to the
 * MSR too (record_steal_time() of arch/x86/kvm/x86.c). False where it leaves the byte as it is.
 */
static bool update_steal_time(struct probe_session *session, volatile uint8_t *area, uint8_t preempted)
{
	area[STEAL_PREEMPTED] = preempted;
	step_restore_page_msr(session, KVM_MSR_STEAL_TIME, AREA_OFFSET, AREA_ENABLED);
	return area[STEAL_PREEMPTED] == 0;
}

/*
 * Each round makes two stale translations. The first must outlive an update without a request, or this CPU forgets them
 * by itself, so that nothing can be seen; the second must be gone after an update with one.
 */
static struct answer flush_stale(struct probe_session *session, volatile uint8_t *area)
{
	const struct ring0 *ring0 = session->ring0;
	int flushed = 0;

	for (int i = 0; i < FLUSH_TRIES && flushed < FLUSHES; i++) {
		if (!ring0->translate(ring0->context))
			return ACCEPTED_BY(NOT_STALE);
		if (!update_steal_time(session, area, 0))
			return WRONG_BY(PREEMPTED);
		if (!ring0->is_stale(ring0->context))
			continue;
		if (!ring0->translate(ring0->context))
			return ACCEPTED_BY(NOT_STALE);
		if (!update_steal_time(session, area, PREEMPTED_FLUSH))
			return WRONG_BY(PREEMPTED);
		if (ring0->is_stale(ring0->context))
			return WRONG_BY(STALE);
		flushed++;
	}
	return flushed == FLUSHES ? WORKS : ACCEPTED_BY(NOT_STALE);
}

struct answer probe_PV_TLB_FLUSH(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer answer = area_enable(session, KVM_MSR_STEAL_TIME, AREA_ENABLED, 0, &old);

	if (answer.outcome == PROBE_REFUSED)
		return UNTESTED_BY(NEEDS_STEAL);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	if (!update_steal_time(session, ring0->page + AREA_OFFSET, PREEMPTED_FLUSH)) {
		answer = WRONG_BY(PREEMPTED);
	} else {
		ring0->hold_interrupts(ring0->context, true);
		answer = flush_stale(session, ring0->page + AREA_OFFSET);
		ring0->translate_end(ring0->context);
		ring0->hold_interrupts(ring0->context, false);
	}
	step_restore_msr(session, KVM_MSR_STEAL_TIME, old);
	return answer;
}
