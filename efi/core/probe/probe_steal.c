/* SPDX-License-Identifier: BSD-2-Clause */
/* The area of steal time: struct kvm_steal_time (Linux arch/x86/include/uapi/asm/kvm_para.h). */
#include "core/probe/probe_area.h"

enum {
	STEAL_VERSION = 8,        /* offset of the version, 4 bytes */
	STEAL_PREEMPTED = 16,     /* offset of the preempted byte */
	PREEMPTED = 1 << 0,       /* KVM_VCPU_PREEMPTED, of that byte */
	PREEMPTED_FLUSH = 1 << 1, /* KVM_VCPU_FLUSH_TLB */
	STEAL_RESERVED = 1 << 1,  /* of the MSR */
	/* How many stale translations are to be made, and how many of them must be seen before one is flushed. */
	FLUSH_TRIES = 8,
	FLUSHES = 3,
	/* How long a host may take to let another vCPU wait for a CPU. On a host that is not busy none has to. */
	PREEMPTED_STEP_US = 100,
	PREEMPTED_STEPS = 200,
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

/* Another vCPU, which makes a stale translation and is busy until it is told to look at it. */
struct busy {
	struct probe_session session;
	volatile uint32_t ready, look;
	bool translated, stale;
};

static void be_busy(void *argument)
{
	struct busy *busy = argument;
	const struct ring0 *ring0 = busy->session.ring0;
	uint64_t old;
	bool enabled = area_enable(&busy->session, KVM_MSR_STEAL_TIME, AREA_ENABLED, 0, &old).outcome == PROBE_WORKS;

	busy->translated = enabled && ring0->translate(ring0->context);
	busy->ready = 1;
	while (busy->translated && !busy->look)
		ring0->rest(ring0->context);
	busy->stale = busy->translated && ring0->is_stale(ring0->context);
	ring0->translate_end(ring0->context);
	if (enabled)
		step_restore_msr(&busy->session, KVM_MSR_STEAL_TIME, old);
}

/*
 * Requests a flush, or none, while the host says that the vCPU is not running: as Linux does, by one exchange that
 * fails if the vCPU runs again meanwhile (arch/x86/kernel/kvm.c, kvm_flush_tlb_multi()).
 */
static bool request_while_preempted(const struct ring0 *ring0, const struct busy *busy, bool flush)
{
	uint8_t *byte = ring0->page + AREA_OFFSET + STEAL_PREEMPTED;

	for (int i = 0; i < PREEMPTED_STEPS; i++) {
		uint8_t expected = PREEMPTED, desired = flush ? PREEMPTED | PREEMPTED_FLUSH : PREEMPTED;

		if (busy->ready && busy->translated &&
			__atomic_compare_exchange_n(
				byte, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return true;
		if (!ring0->delay(ring0->context, PREEMPTED_STEP_US))
			return false;
	}
	return false;
}

/* WORKS where the other vCPU was preempted with a stale translation; *ret_stale: whether that is stale still. */
static struct answer preempt_stale(struct probe_session *session, bool flush, bool *ret_stale)
{
	static struct busy busy; /* not on the stack: a vCPU that is late may still use it */
	const struct ring0 *ring0 = session->ring0;
	bool preempted;
	uint32_t apic_id;

	busy = (struct busy){ .session = *session };
	busy.session.off_record = true;
	ring0->page[AREA_OFFSET + STEAL_PREEMPTED] = 0;
	if (!ring0->begin_on_other(ring0->context, be_busy, &busy, &apic_id))
		return ACCEPTED_BY(ONE_VCPU);
	preempted = request_while_preempted(ring0, &busy, flush);
	busy.look = 1;
	if (!ring0->end_on_other(ring0->context))
		vcpu_set_add(&session->probe->vcpus_late, apic_id);
	*ret_stale = busy.stale;
	return preempted ? WORKS : busy.translated ? ACCEPTED_BY(NOT_PREEMPTED) : ACCEPTED_BY(NOT_STALE);
}

/* The same with a vCPU that is really preempted. First without a request, to see whether translations stay stale. */
static struct answer flush_preempted(struct probe_session *session)
{
	bool stale = false;
	struct answer answer = preempt_stale(session, false, &stale);

	if (answer.outcome != PROBE_WORKS)
		return answer;
	if (!stale)
		return ACCEPTED_BY(NOT_STALE);
	answer = preempt_stale(session, true, &stale);
	return answer.outcome == PROBE_WORKS && stale ? WRONG_BY(STALE) : answer;
}

struct answer probe_PV_TLB_FLUSH(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer other, answer = area_enable(session, KVM_MSR_STEAL_TIME, AREA_ENABLED, 0, &old);

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
	if (answer.outcome == PROBE_WRONG)
		return answer;
	other = flush_preempted(session);
	return other.outcome == PROBE_WRONG || (other.outcome == PROBE_WORKS && answer.outcome != PROBE_WORKS) ? other
													       : answer;
}
