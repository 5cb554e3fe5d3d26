/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous page faults: the host tells the guest that a page is not there yet, and later that it is, instead of
 * halting the vCPU. No page of this guest is known to be absent, so that only the second message can be had.
 */
#include "core/probe/probe_area.h"

/* Bits of the MSRs beside an area's address and AREA_ENABLED (Linux arch/x86/include/uapi/asm/kvm_para.h). */
enum { APF_AS_VMEXIT = 1 << 2, APF_BY_INTERRUPT = 1 << 3, APF_RESERVED = 1 << 4, APF_INT_RESERVED = 1 << 8 };

/* Offset of the token in struct kvm_vcpu_pv_apf_data, 4 bytes; this token means all pages. */
enum { APF_TOKEN = 4 };
#define APF_ALL_PAGES UINT32_MAX

/* Bit 1, KVM_ASYNC_PF_SEND_ALWAYS, stays clear: without it KVM sends no "page not present" to ring 0. */
struct answer probe_ASYNC_PF(struct probe_session *session)
{
	return area_try(session, KVM_MSR_ASYNC_PF_EN, AREA_ENABLED, APF_RESERVED, WHY_NO_ABSENCE);
}

struct answer probe_ASYNC_PF_VMEXIT(struct probe_session *session)
{
	uint64_t value;

	if (!step_read_msr(session, KVM_MSR_ASYNC_PF_EN, &value))
		return UNTESTED_BY(NEEDS_ASYNC);
	return area_try(session, KVM_MSR_ASYNC_PF_EN, AREA_ENABLED | APF_AS_VMEXIT, 0, WHY_NO_ABSENCE);
}

/*
 * Enabling it makes the host signal "page ready" for all pages at once, by the configured interrupt (Linux
 * virt/kvm/async_pf.c, kvm_async_pf_wakeup_all()).
 */
static struct answer hear_page_ready(struct probe_session *session, uint8_t vector)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	struct answer answer;

	if (!step_write_msr(session, KVM_MSR_ASYNC_PF_INT, vector))
		return REFUSED;
	answer = area_enable(session, KVM_MSR_ASYNC_PF_EN, AREA_ENABLED | APF_BY_INTERRUPT, 0, &old);
	/* The MSR that enables it belongs to another feature, which may be off; this feature's own MSRs have worked. */
	if (answer.outcome == PROBE_REFUSED)
		return ACCEPTED_BY(NO_ABSENCE);
	if (answer.outcome == PROBE_UNTESTED)
		return answer;
	if (answer.outcome == PROBE_WORKS) {
		if (ring0->heard(ring0->context, 1) == 0)
			answer = WRONG_BY(UNHEARD);
		else if (*(const volatile uint32_t *)(ring0->page + AREA_OFFSET + APF_TOKEN) != APF_ALL_PAGES)
			answer = WRONG_BY(NOT_FILLED);
	}
	step_restore_msr(session, KVM_MSR_ASYNC_PF_EN, old);
	(void)step_write_msr(session, KVM_MSR_ASYNC_PF_ACK, 1);
	return answer;
}

/* Reads both MSRs and tries a reserved bit. ACCEPTED where that went as it should. */
static struct answer try_msrs(struct probe_session *session, uint64_t *ret_old)
{
	uint64_t ack;

	if (!step_read_msr(session, KVM_MSR_ASYNC_PF_INT, ret_old) ||
		!step_read_msr(session, KVM_MSR_ASYNC_PF_ACK, &ack))
		return REFUSED;
	if (!step_write_msr(session, KVM_MSR_ASYNC_PF_INT, APF_INT_RESERVED))
		return ACCEPTED_BY(NO_ABSENCE);
	step_restore_msr(session, KVM_MSR_ASYNC_PF_INT, *ret_old);
	return WRONG_BY(RESERVED);
}

struct answer probe_async_int_msrs(struct probe_session *session)
{
	uint64_t old;

	return try_msrs(session, &old);
}

struct answer probe_ASYNC_PF_INT(struct probe_session *session)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t old;
	uint8_t vector;
	uint32_t apic_id;
	struct answer answer = try_msrs(session, &old);

	if (answer.outcome != PROBE_ACCEPTED)
		return answer;
	if (!ring0->listen(ring0->context, false, &vector, &apic_id))
		return ACCEPTED_BY(NO_INTERRUPT);
	answer = hear_page_ready(session, vector);
	step_restore_msr(session, KVM_MSR_ASYNC_PF_INT, old);
	(void)ring0->listen_end(ring0->context);
	return answer;
}
