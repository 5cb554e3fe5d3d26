/* SPDX-License-Identifier: BSD-2-Clause */
/* One test for each row of the feature table. Each leaves every MSR as it found it and no area enabled. */
#include "core/probe/probe_steps.h"

/* Areas in the shared page, aligned as each MSR asks; one is in use at a time. */
enum { AREA = 0, STEAL_SIZE = 64, STEAL_VERSION = 8, STEAL_PREEMPTED = 16 };

/* Bits beside an area's address (Linux arch/x86/include/uapi/asm/kvm_para.h). */
enum {
	ENABLED = 1 << 0,
	STEAL_RESERVED = 1 << 1,
	EOI_MISALIGNED = 1 << 1,
	APF_AS_VMEXIT = 1 << 2,
	APF_BY_INTERRUPT = 1 << 3,
	APF_RESERVED = 1 << 4,
	POLL_RESERVED = 1 << 1,
	APF_INT_RESERVED = 1 << 8,
	PREEMPTED_FLUSH = 1 << 1,
};

/* An area is switched on, read back, and refused with a bit that is reserved; on success it is still on. */
static struct answer switch_on(
	struct probe_session *session, uint32_t msr, uint64_t flags, uint64_t reserved, uint64_t *ret_old)
{
	struct answer answer;

	if (!step_read_msr(session, msr, ret_old))
		return REFUSED;
	if (!probe_can_share(session, &answer))
		return answer;
	(void)probe_shared_area(session, AREA, STEAL_SIZE);
	if (reserved != 0 && step_write_page_msr(session, msr, AREA, flags | reserved)) {
		step_restore_msr(session, msr, *ret_old);
		return WRONG_BY(RESERVED);
	}
	if (!step_write_page_msr(session, msr, AREA, flags))
		return REFUSED;
	if (step_page_msr_holds(session, msr, AREA, flags))
		return WORKS;
	step_restore_msr(session, msr, *ret_old);
	return WRONG_BY(READ_BACK);
}

/*
 * Without interrupts in between: to enable async page faults made KVM before Linux 5.8 say "page ready" at once, by a
 * #PF that comes like an interrupt, and that switching off takes back.
 */
static struct answer switch_on_and_off(struct probe_session *session, uint32_t msr, uint64_t flags, uint64_t reserved)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer answer;

	ring0->hold_interrupts(ring0->context, true);
	answer = switch_on(session, msr, flags, reserved, &old);
	if (answer.outcome == PROBE_WORKS)
		step_restore_msr(session, msr, old);
	ring0->hold_interrupts(ring0->context, false);
	return answer;
}

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

/* Says what a guest may leave out. */
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

/* An empty batch. */
static struct answer test_MMU_OP(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_MMU_OP, 0, 0);
}

/* Without the bit for it the host never interrupts ring 0 by a "page not present". */
static struct answer test_ASYNC_PF(struct probe_session *session)
{
	return switch_on_and_off(session, KVM_MSR_ASYNC_PF_EN, ENABLED, APF_RESERVED);
}

static struct answer test_ASYNC_PF_VMEXIT(struct probe_session *session)
{
	uint64_t value;

	if (!step_read_msr(session, KVM_MSR_ASYNC_PF_EN, &value))
		return UNTESTED_BY(NEEDS_ASYNC);
	return switch_on_and_off(session, KVM_MSR_ASYNC_PF_EN, ENABLED | APF_AS_VMEXIT, 0);
}

/* To enable it makes the host say "page ready" for all pages, token ~0, at once: by the interrupt that it is to use. */
static struct answer hear_page_ready(struct probe_session *session, uint8_t vector)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer answer;

	if (!step_write_msr(session, KVM_MSR_ASYNC_PF_INT, vector)) {
		(void)ring0->heard(ring0->context, false);
		return REFUSED;
	}
	answer = switch_on(session, KVM_MSR_ASYNC_PF_EN, ENABLED | APF_BY_INTERRUPT, 0, &old);
	if (ring0->heard(ring0->context, answer.outcome == PROBE_WORKS) == 0 && answer.outcome == PROBE_WORKS)
		answer = WRONG_BY(UNHEARD);
	if (answer.outcome != PROBE_REFUSED && answer.outcome != PROBE_UNTESTED) {
		step_restore_msr(session, KVM_MSR_ASYNC_PF_EN, old);
		(void)step_write_msr(session, KVM_MSR_ASYNC_PF_ACK, 1);
	}
	/* The MSR that enables is another feature's, which may be off. */
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

/* The host fills the area when it is told of it. */
static struct answer test_STEAL_TIME(struct probe_session *session)
{
	uint32_t version;
	uint64_t old;
	struct answer answer = switch_on(session, KVM_MSR_STEAL_TIME, ENABLED, STEAL_RESERVED, &old);

	if (answer.outcome != PROBE_WORKS)
		return answer;
	version = *(const volatile uint32_t *)(session->ring0->page + AREA + STEAL_VERSION);
	if (version == 0 || version % 2 != 0)
		answer = version == 0 ? WRONG_BY(NOT_FILLED) : WRONG_BY(VERSION);
	step_restore_msr(session, KVM_MSR_STEAL_TIME, old);
	return answer;
}

/* A flush that is asked for in the steal-time area is done, and the byte cleared, before this vCPU runs again. */
static struct answer test_PV_TLB_FLUSH(struct probe_session *session)
{
	volatile uint8_t *area;
	uint64_t old;
	struct answer answer = switch_on(session, KVM_MSR_STEAL_TIME, ENABLED, 0, &old);

	if (answer.outcome == PROBE_REFUSED)
		return UNTESTED_BY(NEEDS_STEAL);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	area = session->ring0->page + AREA;
	area[STEAL_PREEMPTED] = PREEMPTED_FLUSH;
	step_restore_page_msr(session, KVM_MSR_STEAL_TIME, AREA, ENABLED);
	if (area[STEAL_PREEMPTED] != 0)
		answer = WRONG_BY(PREEMPTED);
	step_restore_msr(session, KVM_MSR_STEAL_TIME, old);
	return answer;
}

static struct answer test_PV_EOI(struct probe_session *session)
{
	return switch_on_and_off(session, KVM_MSR_PV_EOI_EN, ENABLED, EOI_MISALIGNED);
}

/* Kicks this very vCPU, which is awake. */
static struct answer test_PV_UNHALT(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_KICK_CPU, 0, session->ring0->apic_id);
}

static struct answer test_PV_SCHED_YIELD(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_SCHED_YIELD, session->ring0->apic_id, 0);
}

/* One target: the lowest bit of the map, which counts from its APIC id. The last argument is the ICR: a fixed vector.
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
	if (sent == -KVM_ENOSYS || sent == -KVM_EOPNOTSUPP) /* the latter without KVM's own interrupt controllers */
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

/* Seen only by an interrupt to an APIC id above 255. */
static struct answer test_MSI_EXT_DEST_ID(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(APIC_IDS);
}

/* An address that is no page's changes nothing: whoever listens says so. */
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
