/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_steps.h"

static void record(
	struct probe_session *session, enum probe_step_kind kind, uint32_t number, uint64_t value, enum fault fault)
{
	struct probe *probe = session->probe;

	if (!session->off_record && probe->step_count < PROBE_STEPS_MAX)
		probe->steps[probe->step_count++] = (struct probe_step){
			.kind = (uint8_t)kind, .fault = (uint8_t)fault, .number = number, .value = value
		};
}

bool step_read_msr(struct probe_session *session, uint32_t msr, uint64_t *ret)
{
	enum fault fault;

	*ret = 0;
	fault = session->ring0->read_msr(session->ring0->context, msr, ret);
	record(session, STEP_READ, msr, *ret, fault);
	return fault == FAULT_NONE;
}

bool step_write_msr(struct probe_session *session, uint32_t msr, uint64_t value)
{
	enum fault fault = session->ring0->write_msr(session->ring0->context, msr, value);

	record(session, STEP_WRITE, msr, value, fault);
	return fault == FAULT_NONE;
}

void step_restore_msr(struct probe_session *session, uint32_t msr, uint64_t old)
{
	enum fault fault = session->ring0->write_msr(session->ring0->context, msr, old);

	if (fault != FAULT_NONE)
		record(session, STEP_WRITE, msr, old, fault);
}

static uint64_t in_page(const struct probe_session *session, uint32_t offset, uint64_t flags)
{
	return (session->ring0->page_address + offset) | flags;
}

bool step_write_page_msr(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags)
{
	enum fault fault = session->ring0->write_msr(session->ring0->context, msr, in_page(session, offset, flags));

	record(session, STEP_WRITE_PAGE, msr, flags, fault);
	return fault == FAULT_NONE;
}

void step_restore_page_msr(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags)
{
	step_restore_msr(session, msr, in_page(session, offset, flags));
}

bool step_page_msr_holds(struct probe_session *session, uint32_t msr, uint32_t offset, uint64_t flags)
{
	uint64_t value = 0;
	enum fault fault = session->ring0->read_msr(session->ring0->context, msr, &value);

	if (fault == FAULT_NONE && value == in_page(session, offset, flags))
		return true;
	record(session, STEP_READ, msr, value, fault);
	return false;
}

int64_t step_hypercall(
	struct probe_session *session, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	const uint64_t arguments[5] = { number, a0, a1, a2, a3 };
	int64_t answer = -KVM_ENOSYS;
	enum fault fault = session->ring0->hypercall(session->ring0->context, arguments, &answer);

	record(session, STEP_CALL, (uint32_t)number, (uint64_t)answer, fault);
	return fault == FAULT_NONE ? answer : -KVM_ENOSYS;
}

void step_note(struct probe_session *session, enum probe_step_kind kind, uint64_t value)
{
	record(session, kind, 0, value, FAULT_NONE);
}

bool probe_can_share(const struct probe_session *session, struct answer *ret_why_not)
{
	if (session->confidential != CONFIDENTIAL_NONE && !session->ring0->page_is_shared)
		*ret_why_not = UNTESTED_BY(ENCRYPTED);
	else if (session->ring0->page == NULL)
		*ret_why_not = UNTESTED_BY(NO_PAGE);
	else
		return true;
	return false;
}

bool probe_can_call(const struct probe_session *session, struct answer *ret_why_not)
{
	/* The #VC handler of OVMF passes only RAX on to the host (OvmfPkg/Library/CcExitLib). */
	if (session->confidential != CONFIDENTIAL_SEV_ES && session->confidential != CONFIDENTIAL_SNP)
		return true;
	*ret_why_not = UNTESTED_BY(SEV_ES);
	return false;
}

volatile uint8_t *probe_shared_area(const struct probe_session *session, uint32_t offset, uint32_t size)
{
	volatile uint8_t *area = session->ring0->page + offset;

	for (uint32_t i = 0; i < size; i++)
		area[i] = 0;
	return area;
}
