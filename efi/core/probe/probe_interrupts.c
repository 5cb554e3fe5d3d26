/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts: those that a hypercall sends, and the end of one that the host signals in the guest's place. */
#include "core/probe/probe_area.h"

enum {
	EOI_MISALIGNED = 1 << 1, /* of the MSR */
	EOI_TRIES = 16,          /* interrupts: the host skips no EOI while another interrupt is waiting */
};

struct answer probe_eoi_msr(struct probe_session *session)
{
	return area_try(session, KVM_MSR_PV_EOI_EN, AREA_ENABLED, EOI_MISALIGNED, WHY_NOT_SKIPPED);
}

/*
 * The host sets bit 0 of the area's word when it delivers an interrupt whose EOI it will do itself, as soon as it sees
 * that the guest has cleared the bit (Linux arch/x86/kvm/lapic.c, apic_sync_pv_eoi_to_guest() and
 * apic_sync_pv_eoi_from_guest()). Until an EOI is done, no further interrupt of that vector arrives: so one that is
 * skipped was done if the next interrupt is heard.
 */
static struct answer skip_eois(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	volatile uint32_t *word = (volatile uint32_t *)(ring0->page + AREA_OFFSET);

	for (uint32_t sent = 1; sent <= EOI_TRIES; sent++) {
		bool skipped = ring0->eois_skipped(ring0->context) > 0;

		ring0->interrupt_self(ring0->context, word);
		if (ring0->heard(ring0->context, sent) < sent)
			return skipped ? WRONG_BY(EOI_LOST) : WRONG_BY(UNHEARD);
		if (skipped)
			return WORKS;
	}
	return ACCEPTED_BY(NOT_SKIPPED);
}

struct answer probe_PV_EOI(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	struct answer answer = probe_eoi_msr(session);
	uint32_t apic_id;
	uint8_t vector;
	uint64_t old;

	if (answer.outcome != PROBE_ACCEPTED)
		return answer;
	if (!ring0->listen(ring0->context, false, &vector, &apic_id))
		return ACCEPTED_BY(NO_INTERRUPT);
	answer = area_enable(session, KVM_MSR_PV_EOI_EN, AREA_ENABLED, 0, &old);
	if (answer.outcome == PROBE_WORKS) {
		answer = skip_eois(session);
		step_restore_msr(session, KVM_MSR_PV_EOI_EN, old);
	}
	(void)ring0->listen_end(ring0->context);
	return answer;
}

/*
 * Arguments: 128 bits of target map (bit 0 alone is set), the APIC id that bit 0 stands for, and the low half of the
 * ICR (here the vector, by fixed delivery). The call returns the number of vCPUs that got the interrupt.
 */
struct answer probe_PV_SEND_IPI(struct probe_session *session)
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
	(void)ring0->heard(ring0->context, sent > 0);
	heard = ring0->listen_end(ring0->context);
	/* EOPNOTSUPP: QEMU, not KVM, emulates the interrupt controllers. */
	if (sent == -KVM_ENOSYS || sent == -KVM_EOPNOTSUPP)
		return REFUSED;
	if (sent < 0)
		return WRONG_BY(ANSWER);
	if (heard == 0)
		return WRONG_BY(UNHEARD);
	return sent == 1 && heard == 1 ? WORKS : WRONG_BY(COUNT);
}
