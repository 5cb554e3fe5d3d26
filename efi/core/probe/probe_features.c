/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of tests, and the tests of features for which one MSR access or hypercall is all that can be tried. */
#include "core/probe/probe_steps.h"

enum { POLL_RESERVED = 1 << 1 };

/* What the answer to a hypercall that returns 0 comes to; why: for which reason nothing more than that can be seen. */
static struct answer call_returns_0(
	struct probe_session *session, uint64_t number, uint64_t a0, uint64_t a1, enum probe_why why)
{
	struct answer answer;
	int64_t returned;

	if (!probe_can_call(session, &answer))
		return answer;
	returned = step_hypercall(session, number, a0, a1, 0, 0);
	if (returned == -KVM_ENOSYS || returned == -KVM_EOPNOTSUPP)
		return REFUSED;
	return returned == 0 ? (struct answer){ PROBE_ACCEPTED, why } : WRONG_BY(ANSWER);
}

/* These two bits only tell the guest what it may leave out or assume: there is nothing to try. */
struct answer probe_NOP_IO_DELAY(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(PROMISE);
}

struct answer probe_REALTIME(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(PROMISE);
}

/* An empty batch of updates. */
struct answer probe_MMU_OP(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_MMU_OP, 0, 0, WHY_NO_EFFECT);
}

/* KVM answers 0 whatever the APIC id, and only the host's scheduler could see the yield (kvm_sched_yield()). */
struct answer probe_PV_SCHED_YIELD(struct probe_session *session)
{
	return call_returns_0(session, KVM_CALL_SCHED_YIELD, session->ring0->apic_id, 0, WHY_NO_EFFECT);
}

/* Halts another vCPU, which nothing but a kick can wake, and kicks it. */
static struct answer kick_other(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	struct answer answer;
	uint32_t apic_id;

	if (!ring0->halt_other(ring0->context, &apic_id))
		return ACCEPTED_BY(ONE_VCPU);
	if (ring0->has_woken(ring0->context, false))
		answer = ACCEPTED_BY(NOT_HALTED);
	else if (step_hypercall(session, KVM_CALL_KICK_CPU, 0, apic_id, 0, 0) != 0)
		answer = WRONG_BY(ANSWER);
	else
		answer = ring0->has_woken(ring0->context, true) ? WORKS : WRONG_BY(ASLEEP);
	ring0->halt_end(ring0->context);
	return answer;
}

/*
 * The first kick goes to this vCPU, which is running: it only shows whether the host knows the call. A vCPU may leave
 * its HLT once for another reason, so that several are tried.
 */
struct answer probe_PV_UNHALT(struct probe_session *session)
{
	enum { TRIES = 4 };
	struct answer answer = call_returns_0(session, KVM_CALL_KICK_CPU, 0, session->ring0->apic_id, WHY_NOT_HALTED);

	for (int i = 0; i < TRIES && answer.why == WHY_NOT_HALTED; i++)
		answer = kick_other(session);
	return answer;
}

/* What the MSR is for, whether the host polls before it lets a halted vCPU sleep, is not for a guest to see. */
struct answer probe_POLL_CONTROL(struct probe_session *session)
{
	uint64_t old, now;
	struct answer answer = ACCEPTED_BY(NO_EFFECT);

	if (!step_read_msr(session, KVM_MSR_POLL_CONTROL, &old))
		return REFUSED;
	if (session->confidential == CONFIDENTIAL_TDX)
		return old <= 1 ? answer : WRONG_BY(READ_BACK);
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
struct answer probe_MSI_EXT_DEST_ID(struct probe_session *session)
{
	(void)session;
	return UNTESTED_BY(APIC_IDS);
}

/* The address is not that of a page, so that nothing is changed; a host that knows the call answers -EINVAL. */
struct answer probe_HC_MAP_GPA_RANGE(struct probe_session *session)
{
	struct answer answer;
	int64_t returned;

	if (!probe_can_call(session, &answer))
		return answer;
	returned = step_hypercall(session, KVM_CALL_MAP_GPA_RANGE, 1, 1, 0, 0);
	if (returned == -KVM_ENOSYS)
		return REFUSED;
	return returned == -KVM_EINVAL ? ACCEPTED_BY(NO_EFFECT) : WRONG_BY(ANSWER);
}

struct answer probe_MIGRATION_CONTROL(struct probe_session *session)
{
	uint64_t value;

	if (!step_read_msr(session, KVM_MSR_MIGRATION_CONTROL, &value))
		return REFUSED;
	if (value == 0 && session->ignores_msrs)
		return UNTESTED_BY(IGNORED);
	return value <= 1 ? ACCEPTED_BY(NO_EFFECT) : WRONG_BY(READ_BACK);
}

probe_test *const probe_tests[KVM_FEATURE_ROWS] = {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) probe_##name,
#define KVM_HINT KVM_FEATURE
#include "kvmleaf/kvm_abi.def"
};
