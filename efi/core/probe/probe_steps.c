/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_steps.h"

static void record(struct prober *prober, enum probe_step_kind kind, uint32_t number, uint64_t value, enum fault fault)
{
	struct probe *probe = prober->probe;

	if (probe->step_count < PROBE_STEPS_MAX)
		probe->steps[probe->step_count++] = (struct probe_step){
			.kind = (uint8_t)kind, .fault = (uint8_t)fault, .number = number, .value = value
		};
}

bool prober_read(struct prober *prober, uint32_t msr, uint64_t *ret)
{
	enum fault fault;

	*ret = 0;
	fault = prober->ring0->read_msr(prober->ring0->context, msr, ret);
	record(prober, STEP_READ, msr, *ret, fault);
	return fault == FAULT_NONE;
}

bool prober_write(struct prober *prober, uint32_t msr, uint64_t value)
{
	enum fault fault = prober->ring0->write_msr(prober->ring0->context, msr, value);

	record(prober, STEP_WRITE, msr, value, fault);
	return fault == FAULT_NONE;
}

void prober_restore(struct prober *prober, uint32_t msr, uint64_t old)
{
	enum fault fault = prober->ring0->write_msr(prober->ring0->context, msr, old);

	if (fault != FAULT_NONE)
		record(prober, STEP_WRITE, msr, old, fault);
}

static uint64_t in_page(const struct prober *prober, uint32_t offset, uint64_t flags)
{
	return (prober->ring0->page_address + offset) | flags;
}

bool prober_write_page(struct prober *prober, uint32_t msr, uint32_t offset, uint64_t flags)
{
	enum fault fault = prober->ring0->write_msr(prober->ring0->context, msr, in_page(prober, offset, flags));

	record(prober, STEP_WRITE_PAGE, msr, flags, fault);
	return fault == FAULT_NONE;
}

void prober_repeat_page(struct prober *prober, uint32_t msr, uint32_t offset, uint64_t flags)
{
	prober_restore(prober, msr, in_page(prober, offset, flags));
}

bool prober_reads_page(struct prober *prober, uint32_t msr, uint32_t offset, uint64_t flags)
{
	uint64_t value = 0;
	enum fault fault = prober->ring0->read_msr(prober->ring0->context, msr, &value);

	if (fault == FAULT_NONE && value == in_page(prober, offset, flags))
		return true;
	record(prober, STEP_READ, msr, value, fault);
	return false;
}

int64_t prober_call(struct prober *prober, uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
	const uint64_t arguments[5] = { number, a0, a1, a2, a3 };
	int64_t answer = -KVM_ENOSYS;
	enum fault fault = prober->ring0->hypercall(prober->ring0->context, arguments, &answer);

	record(prober, STEP_CALL, (uint32_t)number, (uint64_t)answer, fault);
	return fault == FAULT_NONE ? answer : -KVM_ENOSYS;
}

void prober_note(struct prober *prober, enum probe_step_kind kind, uint64_t value)
{
	record(prober, kind, 0, value, FAULT_NONE);
}

bool prober_can_share(const struct prober *prober, struct answer *ret_why_not)
{
	if (prober->confidential != CONFIDENTIAL_NONE)
		*ret_why_not = UNTESTED_BY(ENCRYPTED);
	else if (prober->ring0->page == NULL)
		*ret_why_not = UNTESTED_BY(NO_PAGE);
	else
		return true;
	return false;
}

bool prober_can_call(const struct prober *prober, struct answer *ret_why_not)
{
	/* Firmware's #VC handler passes RAX alone. */
	if (prober->confidential != CONFIDENTIAL_SEV_ES && prober->confidential != CONFIDENTIAL_SNP)
		return true;
	*ret_why_not = UNTESTED_BY(SEV_ES);
	return false;
}

volatile uint8_t *prober_area(const struct prober *prober, uint32_t offset, uint32_t size)
{
	volatile uint8_t *area = prober->ring0->page + offset;

	for (uint32_t i = 0; i < size; i++)
		area[i] = 0;
	return area;
}
