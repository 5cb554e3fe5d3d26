/* SPDX-License-Identifier: BSD-2-Clause */
/* One test for each row of the feature table. At its end every MSR is as it was, and no shared area is enabled. */
#include "core/probe/probe_area.h"

/* Offsets in struct kvm_steal_time (Linux arch/x86/include/uapi/asm/kvm_para.h). */
enum { STEAL_VERSION = 8, STEAL_PREEMPTED = 16 };

/* Bits of the MSRs beside an area's address and AREA_ENABLED, and of the preempted byte, from the same header. */
enum {
	STEAL_RESERVED = 1 << 1,
	EOI_MISALIGNED = 1 << 1,
	APF_AS_VMEXIT = 1 << 2,
	APF_BY_INTERRUPT = 1 << 3,
	APF_RESERVED = 1 << 4,
	POLL_RESERVED = 1 << 1,
	APF_INT_RESERVED = 1 << 8,
	PREEMPTED_FLUSH = 1 << 1,
};

static struct answer call_returns_0(struct probe_session *session, uint64_t number, uint64_t a0, uint64_t a1)
{
	struct answer answer;
	int64_t returned;

	if (!probe_can_call(session, &answer))
		return answer;
	returned = step_hypercall(session, number, a0, a1, 0, 0);
	if (returned == -KVM_ENOSYS || returned == -KVM_EOPNOTSUPP)
		return REFUSED;
	return returned == 0 ? WORKS : WRONG_BY(ANSWER);
}

static struct answer test_CLOCKSOURCE(struct probe_session *session)
{
	return probe_clock(session, KVM_MSR_SYSTEM_TIME, KVM_MSR_WALL_CLOCK);
}

static struct answer test_CLOCKSOURCE2(struct probe_session *session)
{
	return probe_clock(session, KVM_MSR_SYSTEM_TIME_NEW, KVM_MSR_WALL_CLOCK_NEW);
}

static struct answer test_CLOCKSOURCE_STABLE_BIT(struct probe_session *session)
{
	return probe_clock_stable(session);
}

/* These two bits only tell the guest what it may leave out or assume: there is nothing to try. */
static struct answer test_NOP_IO_DELAY(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(PROMISE);
}

static struct answer test_REALTIME(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(PROMISE);
}

/* An empty batch of updates. */
static struct answer test_MMU_OP(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_MMU_OP, 0, 0);
}

/* Bit 1, KVM_ASYNC_PF_SEND_ALWAYS, stays clear: without it KVM sends no "page not present" to ring 0. */
static struct answer test_ASYNC_PF(struct probe_session *session)
{
	return area_try(session, KVM_MSR_ASYNC_PF_EN, AREA_ENABLED, APF_RESERVED);
}

static struct answer test_ASYNC_PF_VMEXIT(struct probe_session *session)
{
	uint64_t value;

	if (!step_read_msr(session, KVM_MSR_ASYNC_PF_EN, &value))
		return UNTESTED_BY(NEEDS_ASYNC);
	return area_try(session, KVM_MSR_ASYNC_PF_EN, AREA_ENABLED | APF_AS_VMEXIT, 0);
}

/* Enabling it makes the host signal "page ready" for all pages (token ~0) at once, by the configured interrupt. */
static struct answer hear_page_ready(struct probe_session *session, uint8_t vector)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer answer;

	if (!step_write_msr(session, KVM_MSR_ASYNC_PF_INT, vector)) {
		(void)ring0->heard(ring0->context, false);
		return REFUSED;
	}
	answer = area_enable(session, KVM_MSR_ASYNC_PF_EN, AREA_ENABLED | APF_BY_INTERRUPT, 0, &old);
	if (ring0->heard(ring0->context, answer.outcome == PROBE_WORKS) == 0 && answer.outcome == PROBE_WORKS)
		answer = WRONG_BY(UNHEARD);
	if (answer.outcome != PROBE_REFUSED && answer.outcome != PROBE_UNTESTED) {
		step_restore_msr(session, KVM_MSR_ASYNC_PF_EN, old);
		(void)step_write_msr(session, KVM_MSR_ASYNC_PF_ACK, 1);
	}
	/* The MSR that enables it belongs to another feature, which may be off; this feature's own MSRs have worked. */
	return answer.outcome == PROBE_REFUSED ? WORKS : answer;
}

static struct answer test_ASYNC_PF_INT(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old, ack;
	uint8_t vector;
	uint32_t apic_id;
	struct answer answer;

	if (!step_read_msr(session, KVM_MSR_ASYNC_PF_INT, &old) || !step_read_msr(session, KVM_MSR_ASYNC_PF_ACK, &ack))
		return REFUSED;
	if (step_write_msr(session, KVM_MSR_ASYNC_PF_INT, APF_INT_RESERVED)) {
		step_restore_msr(session, KVM_MSR_ASYNC_PF_INT, old);
		return WRONG_BY(RESERVED);
	}
	if (!ring0->listen(ring0->context, false, &vector, &apic_id))
		return UNTESTED_BY(NO_INTERRUPT);
	answer = hear_page_ready(session, vector);
	step_restore_msr(session, KVM_MSR_ASYNC_PF_INT, old);
	return answer;
}

/* The host fills the area when its address is written to the MSR. */
static struct answer test_STEAL_TIME(struct probe_session *session)
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

/* The host does a TLB flush that is requested in the steal-time area, and clears the request, before the vCPU runs. */
static struct answer test_PV_TLB_FLUSH(struct probe_session *session)
{
	volatile uint8_t *area;
	uint64_t old;
	struct answer answer = area_enable(session, KVM_MSR_STEAL_TIME, AREA_ENABLED, 0, &old);

	if (answer.outcome == PROBE_REFUSED)
		return UNTESTED_BY(NEEDS_STEAL);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	area = session->ring0->page + AREA_OFFSET;
	area[STEAL_PREEMPTED] = PREEMPTED_FLUSH;
	step_restore_page_msr(session, KVM_MSR_STEAL_TIME, AREA_OFFSET, AREA_ENABLED);
	if (area[STEAL_PREEMPTED] != 0)
		answer = WRONG_BY(PREEMPTED);
	step_restore_msr(session, KVM_MSR_STEAL_TIME, old);
	return answer;
}

static struct answer test_PV_EOI(struct probe_session *session)
{
	return area_try(session, KVM_MSR_PV_EOI_EN, AREA_ENABLED, EOI_MISALIGNED);
}

/* Wakes this vCPU itself, which is running: nothing happens but the answer. */
static struct answer test_PV_UNHALT(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_KICK_CPU, 0, session->ring0->apic_id);
}

static struct answer test_PV_SCHED_YIELD(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_SCHED_YIELD, session->ring0->apic_id, 0);
}

/*
 * Arguments: 128 bits of target map (bit 0 alone is set), the APIC id that bit 0 stands for, and the low half of the
 * ICR (here the vector, by fixed delivery). The call returns the number of vCPUs that got the interrupt.
 */
static struct answer test_PV_SEND_IPI(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	uint32_t apic_id, heard;
	uint8_t vector;
	int64_t sent;
	struct answer answer;

	if (!probe_can_call(session, &answer))
		return answer;
	if (!ring0->listen(ring0->context, true, &vector, &apic_id))
		return step_hypercall(session, KVM_CALL_SEND_IPI, 0, 0, 0, 0) == -KVM_ENOSYS
			       ? REFUSED
			       : UNTESTED_BY(NO_INTERRUPT);
	sent = step_hypercall(session, KVM_CALL_SEND_IPI, 1, 0, apic_id, vector);
	heard = ring0->heard(ring0->context, sent > 0);
	/* EOPNOTSUPP: QEMU, not KVM, emulates the interrupt controllers. */
	if (sent == -KVM_ENOSYS || sent == -KVM_EOPNOTSUPP)
		return REFUSED;
	if (sent < 0)
		return WRONG_BY(ANSWER);
	if (heard == 0)
		return WRONG_BY(UNHEARD);
	return sent == 1 && heard == 1 ? WORKS : WRONG_BY(COUNT);
}

static struct answer test_POLL_CONTROL(struct probe_session *session)
{
	uint64_t old, now;
	struct answer answer = WORKS;

	if (!step_read_msr(session, KVM_MSR_POLL_CONTROL, &old))
		return REFUSED;
	if (session->confidential == CONFIDENTIAL_TDX)
		return old <= 1 ? WORKS : WRONG_BY(READ_BACK);
	if (step_write_msr(session, KVM_MSR_POLL_CONTROL, POLL_RESERVED))
		answer = WRONG_BY(RESERVED);
	else if (!step_write_msr(session, KVM_MSR_POLL_CONTROL, old ^ 1))
		return REFUSED;
	else if (!step_read_msr(session, KVM_MSR_POLL_CONTROL, &now) || now != (old ^ 1))
		answer = WRONG_BY(READ_BACK);
	step_restore_msr(session, KVM_MSR_POLL_CONTROL, old);
	return answer;
}

/* The feature shows only in an interrupt to an APIC id above 255. */
static struct answer test_MSI_EXT_DEST_ID(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(APIC_IDS);
}

/* The address is not that of a page, so that nothing is changed; a host that knows the call answers -EINVAL. */
static struct answer test_HC_MAP_GPA_RANGE(struct probe_session *session)
{
	struct answer answer;
	int64_t returned;

	if (!probe_can_call(session, &answer))
		return answer;
	returned = step_hypercall(session, KVM_CALL_MAP_GPA_RANGE, 1, 1, 0, 0);
	if (returned == -KVM_ENOSYS)
		return REFUSED;
	return returned == -KVM_EINVAL ? WORKS : WRONG_BY(ANSWER);
}

static struct answer test_MIGRATION_CONTROL(struct probe_session *session)
{
	uint64_t value;

	if (!step_read_msr(session, KVM_MSR_MIGRATION_CONTROL, &value))
		return REFUSED;
	if (value == 0 && session->ignores_msrs)
		return UNTESTED_BY(IGNORED);
	return value <= 1 ? WORKS : WRONG_BY(READ_BACK);
}

probe_test *const probe_tests[KVM_FEATURE_ROWS] = {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) test_##name,
#define KVM_HINT KVM_FEATURE
#include "kvmleaf/kvm_abi.def"
};
