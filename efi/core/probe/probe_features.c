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
	struct prober *prober, uint32_t msr, uint64_t flags, uint64_t reserved, uint64_t *ret_old)
{
	struct answer answer;

	if (!prober_read(prober, msr, ret_old))
		return REFUSED;
	if (!prober_can_share(prober, &answer))
		return answer;
	(void)prober_area(prober, AREA, STEAL_SIZE);
	if (reserved != 0 && prober_write_page(prober, msr, AREA, flags | reserved)) {
		prober_restore(prober, msr, *ret_old);
		return WRONG_BY(RESERVED);
	}
	if (!prober_write_page(prober, msr, AREA, flags))
		return REFUSED;
	if (prober_reads_page(prober, msr, AREA, flags))
		return WORKS;
	prober_restore(prober, msr, *ret_old);
	return WRONG_BY(READ_BACK);
}

/*
 * Without interrupts in between: to enable async page faults made KVM before Linux 5.8 say "page ready" at once, by a
 * #PF that comes like an interrupt, and that switching off takes back.
 */
static struct answer switch_on_and_off(struct prober *prober, uint32_t msr, uint64_t flags, uint64_t reserved)
{
	const struct ring0 *ring0 = prober->ring0;
	uint64_t old;
	struct answer answer;

	ring0->hold_interrupts(ring0->context, true);
	answer = switch_on(prober, msr, flags, reserved, &old);
	if (answer.outcome == PROBE_WORKS)
		prober_restore(prober, msr, old);
	ring0->hold_interrupts(ring0->context, false);
	return answer;
}

static struct answer call_returns_0(struct prober *prober, uint64_t number, uint64_t a0, uint64_t a1)
{
	struct answer answer;
	int64_t returned;

	if (!prober_can_call(prober, &answer))
		return answer;
	returned = prober_call(prober, number, a0, a1, 0, 0);
	if (returned == -KVM_ENOSYS || returned == -KVM_EOPNOTSUPP)
		return REFUSED;
	return returned == 0 ? WORKS : WRONG_BY(ANSWER);
}

static struct answer test_CLOCKSOURCE(struct prober *prober)
{
	return probe_clock(prober, KVM_MSR_SYSTEM_TIME, KVM_MSR_WALL_CLOCK);
}

static struct answer test_CLOCKSOURCE2(struct prober *prober)
{
	return probe_clock(prober, KVM_MSR_SYSTEM_TIME_NEW, KVM_MSR_WALL_CLOCK_NEW);
}

static struct answer test_CLOCKSOURCE_STABLE_BIT(struct prober *prober)
{
	return probe_clock_stable(prober);
}

/* Says what a guest may leave out. */
static struct answer test_NOP_IO_DELAY(struct prober *prober)
{
	(void)prober;
	return UNTESTED_BY(PROMISE);
}

static struct answer test_REALTIME(struct prober *prober)
{
	(void)prober;
	return UNTESTED_BY(PROMISE);
}

/* An empty batch. */
static struct answer test_MMU_OP(struct prober *prober)
{
	return call_returns_0(prober, KVM_CALL_MMU_OP, 0, 0);
}

/* Without the bit for it the host never interrupts ring 0 by a "page not present". */
static struct answer test_ASYNC_PF(struct prober *prober)
{
	return switch_on_and_off(prober, KVM_MSR_ASYNC_PF_EN, ENABLED, APF_RESERVED);
}

static struct answer test_ASYNC_PF_VMEXIT(struct prober *prober)
{
	uint64_t value;

	if (!prober_read(prober, KVM_MSR_ASYNC_PF_EN, &value))
		return UNTESTED_BY(NEEDS_ASYNC);
	return switch_on_and_off(prober, KVM_MSR_ASYNC_PF_EN, ENABLED | APF_AS_VMEXIT, 0);
}

/* To enable it makes the host say "page ready" for all pages, token ~0, at once: by the interrupt that it is to use. */
static struct answer hear_page_ready(struct prober *prober, uint8_t vector)
{
	const struct ring0 *ring0 = prober->ring0;
	uint64_t old;
	struct answer answer;

	if (!prober_write(prober, KVM_MSR_ASYNC_PF_INT, vector)) {
		(void)ring0->heard(ring0->context, false);
		return REFUSED;
	}
	answer = switch_on(prober, KVM_MSR_ASYNC_PF_EN, ENABLED | APF_BY_INTERRUPT, 0, &old);
	if (ring0->heard(ring0->context, answer.outcome == PROBE_WORKS) == 0 && answer.outcome == PROBE_WORKS)
		answer = WRONG_BY(UNHEARD);
	if (answer.outcome != PROBE_REFUSED && answer.outcome != PROBE_UNTESTED) {
		prober_restore(prober, KVM_MSR_ASYNC_PF_EN, old);
		(void)prober_write(prober, KVM_MSR_ASYNC_PF_ACK, 1);
	}
	/* The MSR that enables is another feature's, which may be off. */
	return answer.outcome == PROBE_REFUSED ? WORKS : answer;
}

static struct answer test_ASYNC_PF_INT(struct prober *prober)
{
	const struct ring0 *ring0 = prober->ring0;
	uint64_t old, ack;
	uint8_t vector;
	uint32_t apic_id;
	struct answer answer;

	if (!prober_read(prober, KVM_MSR_ASYNC_PF_INT, &old) || !prober_read(prober, KVM_MSR_ASYNC_PF_ACK, &ack))
		return REFUSED;
	if (prober_write(prober, KVM_MSR_ASYNC_PF_INT, APF_INT_RESERVED)) {
		prober_restore(prober, KVM_MSR_ASYNC_PF_INT, old);
		return WRONG_BY(RESERVED);
	}
	if (!ring0->listen(ring0->context, false, &vector, &apic_id))
		return UNTESTED_BY(NO_INTERRUPT);
	answer = hear_page_ready(prober, vector);
	prober_restore(prober, KVM_MSR_ASYNC_PF_INT, old);
	return answer;
}

/* The host fills the area when it is told of it. */
static struct answer test_STEAL_TIME(struct prober *prober)
{
	uint32_t version;
	uint64_t old;
	struct answer answer = switch_on(prober, KVM_MSR_STEAL_TIME, ENABLED, STEAL_RESERVED, &old);

	if (answer.outcome != PROBE_WORKS)
		return answer;
	version = *(const volatile uint32_t *)(prober->ring0->page + AREA + STEAL_VERSION);
	if (version == 0 || version % 2 != 0)
		answer = version == 0 ? WRONG_BY(NOT_FILLED) : WRONG_BY(VERSION);
	prober_restore(prober, KVM_MSR_STEAL_TIME, old);
	return answer;
}

/* A flush that is asked for in the steal-time area is done, and the byte cleared, before this vCPU runs again. */
static struct answer test_PV_TLB_FLUSH(struct prober *prober)
{
	volatile uint8_t *area;
	uint64_t old;
	struct answer answer = switch_on(prober, KVM_MSR_STEAL_TIME, ENABLED, 0, &old);

	if (answer.outcome == PROBE_REFUSED)
		return UNTESTED_BY(NEEDS_STEAL);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	area = prober->ring0->page + AREA;
	area[STEAL_PREEMPTED] = PREEMPTED_FLUSH;
	prober_repeat_page(prober, KVM_MSR_STEAL_TIME, AREA, ENABLED);
	if (area[STEAL_PREEMPTED] != 0)
		answer = WRONG_BY(PREEMPTED);
	prober_restore(prober, KVM_MSR_STEAL_TIME, old);
	return answer;
}

static struct answer test_PV_EOI(struct prober *prober)
{
	return switch_on_and_off(prober, KVM_MSR_PV_EOI_EN, ENABLED, EOI_MISALIGNED);
}

/* Kicks this very vCPU, which is awake. */
static struct answer test_PV_UNHALT(struct prober *prober)
{
	return call_returns_0(prober, KVM_CALL_KICK_CPU, 0, prober->ring0->apic_id);
}

static struct answer test_PV_SCHED_YIELD(struct prober *prober)
{
	return call_returns_0(prober, KVM_CALL_SCHED_YIELD, prober->ring0->apic_id, 0);
}

/* One target: the lowest bit of the map, which counts from its APIC id. The last argument is the ICR: a fixed vector.
 */
static struct answer test_PV_SEND_IPI(struct prober *prober)
{
	const struct ring0 *ring0 = prober->ring0;
	uint32_t apic_id, heard;
	uint8_t vector;
	int64_t sent;
	struct answer answer;

	if (!prober_can_call(prober, &answer))
		return answer;
	if (!ring0->listen(ring0->context, true, &vector, &apic_id))
		return prober_call(prober, KVM_CALL_SEND_IPI, 0, 0, 0, 0) == -KVM_ENOSYS ? REFUSED
											 : UNTESTED_BY(NO_INTERRUPT);
	sent = prober_call(prober, KVM_CALL_SEND_IPI, 1, 0, apic_id, vector);
	heard = ring0->heard(ring0->context, sent > 0);
	if (sent == -KVM_ENOSYS || sent == -KVM_EOPNOTSUPP) /* the latter without KVM's own interrupt controllers */
		return REFUSED;
	if (sent < 0)
		return WRONG_BY(ANSWER);
	if (heard == 0)
		return WRONG_BY(UNHEARD);
	return sent == 1 && heard == 1 ? WORKS : WRONG_BY(COUNT);
}

static struct answer test_POLL_CONTROL(struct prober *prober)
{
	uint64_t old, now;
	struct answer answer = WORKS;

	if (!prober_read(prober, KVM_MSR_POLL_CONTROL, &old))
		return REFUSED;
	if (prober->confidential == CONFIDENTIAL_TDX)
		return old <= 1 ? WORKS : WRONG_BY(READ_BACK);
	if (prober_write(prober, KVM_MSR_POLL_CONTROL, POLL_RESERVED))
		answer = WRONG_BY(RESERVED);
	else if (!prober_write(prober, KVM_MSR_POLL_CONTROL, old ^ 1))
		return REFUSED;
	else if (!prober_read(prober, KVM_MSR_POLL_CONTROL, &now) || now != (old ^ 1))
		answer = WRONG_BY(READ_BACK);
	prober_restore(prober, KVM_MSR_POLL_CONTROL, old);
	return answer;
}

/* Seen only by an interrupt to an APIC id above 255. */
static struct answer test_MSI_EXT_DEST_ID(struct prober *prober)
{
	(void)prober;
	return UNTESTED_BY(APIC_IDS);
}

/* An address that is no page's changes nothing: whoever listens says so. */
static struct answer test_HC_MAP_GPA_RANGE(struct prober *prober)
{
	struct answer answer;
	int64_t returned;

	if (!prober_can_call(prober, &answer))
		return answer;
	returned = prober_call(prober, KVM_CALL_MAP_GPA_RANGE, 1, 1, 0, 0);
	if (returned == -KVM_ENOSYS)
		return REFUSED;
	return returned == -KVM_EINVAL ? WORKS : WRONG_BY(ANSWER);
}

static struct answer test_MIGRATION_CONTROL(struct prober *prober)
{
	uint64_t value;

	if (!prober_read(prober, KVM_MSR_MIGRATION_CONTROL, &value))
		return REFUSED;
	if (value == 0 && prober->ignores_msrs)
		return UNTESTED_BY(IGNORED);
	return value <= 1 ? WORKS : WRONG_BY(READ_BACK);
}

probe_test *const probe_tests[KVM_FEATURE_ROWS] = {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) test_##name,
#define KVM_HINT KVM_FEATURE
#include "kvmleaf/kvm_abi.def"
};
