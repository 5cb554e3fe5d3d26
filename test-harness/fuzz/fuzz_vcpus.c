/* SPDX-License-Identifier: BSD-2-Clause */
/* What interrupts and other vCPUs do, as the input says. */
#include "fuzz_machine.h"

bool fuzz_listen_for(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id)
{
	struct machine *machine = context;

	(void)others;
	MUST(machine->held == 0 && machine->listening == 0);
	*ret_vector = 0x61;
	*ret_apic_id = (uint32_t)take(machine, 1);
	machine->listening = *ret_apic_id != 0xff;
	return machine->listening != 0;
}

uint32_t fuzz_heard(void *context, uint32_t expected)
{
	struct machine *machine = context;

	(void)expected;
	MUST(machine->listening == 1);
	return (uint32_t)take(machine, 1);
}

uint32_t fuzz_listen_end(void *context)
{
	struct machine *machine = context;

	MUST(machine->listening == 1);
	machine->listening = 0;
	return (uint32_t)take(machine, 1);
}

void fuzz_interrupt_self(void *context, volatile uint32_t *eoi)
{
	struct machine *machine = context;

	MUST(machine->listening == 1 && machine->held == 0 &&
		is_in_page((uint64_t)(uintptr_t)eoi - (uint64_t)(uintptr_t)machine->page + PAGE_ADDRESS));
	*eoi = (uint32_t)take(machine, 1);
}

uint32_t fuzz_eois_skipped(void *context)
{
	return (uint32_t)take(context, 1) & 1;
}

bool fuzz_halt_other(void *context, uint32_t *ret_apic_id)
{
	struct machine *machine = context;

	MUST(machine->held == 0 && machine->halted == 0 && !machine->on_other);
	*ret_apic_id = (uint32_t)take(machine, 1);
	machine->halted = *ret_apic_id & 1;
	return machine->halted != 0;
}

bool fuzz_has_woken(void *context, bool expected)
{
	struct machine *machine = context;

	(void)expected;
	MUST(machine->halted == 1);
	return (take(machine, 1) & 1) != 0;
}

void fuzz_halt_end(void *context)
{
	struct machine *machine = context;

	MUST(machine->halted == 1);
	machine->halted = 0;
}

/* There is no vCPU that works beside this one, since this program has one thread. */
bool fuzz_begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	const struct machine *machine = context;

	(void)procedure;
	(void)argument;
	(void)ret_apic_id;
	MUST(machine->held == 0 && !machine->on_other);
	return false;
}

enum run_on fuzz_run_on(
	void *context, uint32_t number, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	struct machine *machine = context;
	enum run_on result = (enum run_on)(take(machine, 1) % 3);

	MUST(machine->held == 0 && number < OTHERS && !machine->on_other);
	*ret_apic_id = 4 + number;
	if (result != RUN_ON_DONE)
		return result;
	machine->on_other = true;
	procedure(argument);
	machine->on_other = false;
	return result;
}
