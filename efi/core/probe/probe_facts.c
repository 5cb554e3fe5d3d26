/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_facts.h"

#include "core/leaves/tsc.h"
#include "core/probe/probe_clock.h"

enum { MSR_TSC_ADJUST = 0x3b, PAIRING_WALL_CLOCK = 0, NS_PER_S = 1000000000 };

/* struct kvm_clock_pairing of Linux arch/x86/include/uapi/asm/kvm_para.h */
struct pairing {
	int64_t seconds, nanoseconds; /* since 1970 */
	uint64_t tsc;                 /* the guest's, at that time */
	uint32_t flags, padding[9];
};
_Static_assert(sizeof(struct pairing) == 64, "kvm_clock_pairing is 64 bytes");

/* The host must have read the TSC between the two readings of this vCPU. */
static struct answer check_pairing(const struct probe_session *session, uint64_t before, uint64_t after)
{
	const volatile struct pairing *pairing = (const volatile struct pairing *)session->ring0->page;
	int64_t seconds = pairing->seconds, nanoseconds = pairing->nanoseconds;
	struct answer answer = WORKS;

	if (seconds <= 0 || nanoseconds < 0 || nanoseconds >= NS_PER_S)
		return WRONG_BY(NOT_FILLED);
	if (pairing->tsc - before > after - before)
		return WRONG_BY(OTHER_TSC);
	if (!time_agrees(session, (uint64_t)seconds))
		answer.why = WHY_WALL_CLOCK;
	return answer;
}

/*
 * KVM_HC_CLOCK_PAIRING (Linux Documentation/virt/kvm/x86/hypercalls.rst; kvm_pv_clock_pairing() of arch/x86/kvm/x86.c)
 * gives the time of day together with the TSC, more precisely than the wall clock, and no bit of CPUID tells of it.
 */
static void try_pairing(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	struct probe *probe = session->probe;
	struct answer answer;
	uint64_t before;
	int64_t returned;

	if (!probe->kvm_answers || !probe_can_share(session, &answer) || !probe_can_call(session, &answer))
		return;
	(void)probe_shared_area(session, 0, sizeof(struct pairing));
	before = ring0->tsc(ring0->context);
	returned = step_hypercall(session, KVM_CALL_CLOCK_PAIRING, ring0->page_address, PAIRING_WALL_CLOCK, 0, 0);
	answer = WRONG_BY(ANSWER);
	if (returned == 0)
		answer = check_pairing(session, before, ring0->tsc(ring0->context));
	probe->pairing = answer.outcome == PROBE_WORKS ? PAIRING_WORKS : PAIRING_WRONG;
	probe->pairing_why = (uint8_t)answer.why;
	if (returned == -KVM_ENOSYS || returned == -KVM_EOPNOTSUPP) {
		probe->pairing = returned == -KVM_ENOSYS ? PAIRING_ABSENT : PAIRING_NO_TSC;
		probe->pairing_why = WHY_NONE;
	}
}

void probe_facts(struct probe_session *session)
{
	struct probe *probe = session->probe;

	probe->page_is_shared = session->confidential != CONFIDENTIAL_NONE && session->ring0->page_is_shared;
	if (tsc_decode(session->report).has_adjust)
		probe->has_tsc_adjust = step_read_msr(session, MSR_TSC_ADJUST, &probe->tsc_adjust);
	try_pairing(session);
}
