/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring 0 that does what the input says. The input is a header of HEADER_SIZE bytes; then, for each call, one byte
 * that says whether it faults, and the bytes that it returns. Where the input has ended, all further bytes are 0.
 */
#include <stdlib.h>
#include <string.h>

#include "core/judge/examine.h"
#include "core/probe/probe.h"
#include "fuzz_machine.h"

enum { CALLS_MAX = 4096, DELAY_MAX_US = 256000 };
/* The flags in the first byte. */
enum {
	HIDDEN = 1,
	FORCE = 2,
	NO_PAGE = 4,
	IS_TDX = 8,
	IS_SEV = 16,
	NO_HYPERVISOR_BIT = 32,
	TIMING = 64,
	ENFORCED = 128
};
enum { HEADER_SIZE = 17 }; /* flags, EAX, EDX, TSC kHz, by how much each reading of the TSC advances it */

/* Most bytes mean no fault. */
static enum fault take_fault(struct machine *machine)
{
	uint8_t byte = (uint8_t)take(machine, 1);

	MUST(++machine->calls < CALLS_MAX);
	return byte == 1 ? FAULT_GP : byte == 2 ? FAULT_UD : byte == 3 ? FAULT_PF : FAULT_NONE;
}

static size_t msr_row(struct machine *machine, uint32_t number)
{
	size_t i = 0;

	while (i < machine->msr_count && machine->msrs[i].number != number)
		i++;
	MUST(i < MSRS_MAX);
	if (i == machine->msr_count)
		machine->msrs[machine->msr_count++].number = number;
	return i;
}

/* Returns what was written, or any value but an address in the page, which only the probe knows. */
static enum fault read_msr(void *context, uint32_t number, uint64_t *ret)
{
	struct machine *machine = context;
	enum fault fault = take_fault(machine);
	bool as_written = fault == FAULT_NONE && (take(machine, 1) & 1) == 0;

	*ret = as_written ? machine->msrs[msr_row(machine, number)].written : take(machine, 8);
	if (!as_written && is_in_page(*ret))
		*ret = 0;
	return fault;
}

/* An address in the page allows the host to write there: it writes bytes of the input. */
static enum fault write_msr(void *context, uint32_t number, uint64_t value)
{
	struct machine *machine = context;
	enum fault fault = take_fault(machine);
	size_t row = msr_row(machine, number);
	size_t length = machine->page != NULL && is_in_page(value) ? take(machine, 1) % 64 : 0;
	size_t offset = (value - PAGE_ADDRESS) & ~UINT64_C(3);

	MUST(!is_in_page(value) || machine->page != NULL);
	/* A host may write at whatever address the wall clock's MSR is given. */
	MUST((number != KVM_MSR_WALL_CLOCK && number != KVM_MSR_WALL_CLOCK_NEW) || is_in_page(value));
	machine->msrs[row].is_stuck |= machine->msrs[row].enabled && fault != FAULT_NONE;
	machine->msrs[row].enabled = is_in_page(value) && fault == FAULT_NONE && (value & 1) != 0;
	if (fault != FAULT_NONE)
		return fault;
	machine->msrs[row].written = value;
	for (size_t i = 0; i < length && offset + i < PROBE_PAGE_SIZE; i++)
		machine->page[offset + i] = (uint8_t)take(machine, 1);
	return FAULT_NONE;
}

static enum fault hypercall(void *context, const uint64_t arguments[5], int64_t *ret)
{
	struct machine *machine = context;
	enum fault fault = take_fault(machine);

	MUST(!(machine->flags & IS_TDX)); /* there the instruction does nothing */
	if (fault != FAULT_NONE)
		return fault;
	/* Most inputs answer as KVM does to the two calls without which nothing else is tried. */
	if (arguments[0] == KVM_CALL_VAPIC_POLL_IRQ || arguments[0] == KVM_CALL_UNASSIGNED) {
		*ret = arguments[0] == KVM_CALL_UNASSIGNED ? -KVM_ENOSYS : 0;
		if ((take(machine, 1) & 7) != 7)
			return fault;
	}
	*ret = (int64_t)take(machine, 8);
	return fault;
}

static uint64_t tsc(void *context)
{
	struct machine *machine = context;

	return machine->tsc += machine->tsc_step;
}

static bool wait_us(void *context, uint32_t microseconds)
{
	struct machine *machine = context;

	MUST(microseconds <= DELAY_MAX_US && !machine->on_other);
	machine->tsc += (uint64_t)microseconds * machine->tsc_step;
	return (take(machine, 1) & 7) != 7;
}

static uint32_t pm_timer(void *context)
{
	return (uint32_t)take(context, 4);
}

static void hold_interrupts(void *context, bool hold)
{
	struct machine *machine = context;

	MUST(machine->held == (hold ? 0 : 1));
	machine->held = hold;
}

static bool time_of_day(void *context, uint64_t *ret)
{
	struct machine *machine = context;

	MUST(machine->held == 0); /* the firmware is not called meanwhile */
	*ret = take(machine, 4);
	return *ret != 0;
}

static bool translate(void *context)
{
	struct machine *machine = context;

	MUST(machine->held == 1);
	machine->translated = (take(machine, 1) & 7) != 7;
	return machine->translated;
}

static bool is_stale(void *context)
{
	struct machine *machine = context;

	MUST(machine->translated);
	return (take(machine, 1) & 1) != 0;
}

static void translate_end(void *context)
{
	struct machine *machine = context;

	MUST(machine->held == 1);
	machine->translated = false;
}

static struct cpuid_regs query(void *context, uint32_t leaf, uint32_t subleaf)
{
	const struct machine *machine = context;
	const bool is_tdx = (machine->flags & IS_TDX) != 0;
	const bool is_sev = (machine->flags & IS_SEV) != 0;

	(void)subleaf;
	switch (leaf) {
	case 0:
		return (struct cpuid_regs){ is_tdx ? 0x22 : 1, 0x68747541, 0x444d4163, 0x69746e65 };
	case 1:
		return (struct cpuid_regs){ 0x00800f12, 0, machine->flags & NO_HYPERVISOR_BIT ? 0 : 1u << 31, 0 };
	case 0x21:
		return is_tdx ? (struct cpuid_regs){ 0, 0x65746e49, 0x20202020, 0x5844546c } : (struct cpuid_regs){ 0 };
	case 0x80000000:
		return (struct cpuid_regs){ is_sev ? 0x8000001f : 0, 0, 0, 0 };
	case 0x8000001f:
		return (struct cpuid_regs){ is_sev ? 0x1a : 0, 0, 0, 0 };
	default:
		break;
	}
	if (machine->flags & HIDDEN)
		return (struct cpuid_regs){ 0 };
	switch (leaf) {
	case 0x40000000:
		return (struct cpuid_regs){ machine->flags & TIMING ? 0x40000010 : 0x40000001, 0x4b4d564b, 0x564b4d56,
			0x4d };
	case 0x40000001:
		return (struct cpuid_regs){ machine->eax, 0, 0, machine->edx };
	case 0x40000010:
		return (struct cpuid_regs){ machine->tsc_khz, machine->tsc_khz, 0, 0 };
	default:
		return (struct cpuid_regs){ 0 };
	}
}

/* Each test leaves every MSR as it found it and no area enabled (probe_features.c). */
static void left_as_found(const struct machine *machine)
{
	MUST(machine->held == 0 && machine->listening == 0 && machine->halted == 0 && !machine->translated);
	for (size_t i = 0; i < machine->msr_count; i++)
		MUST(!machine->msrs[i].enabled || machine->msrs[i].is_stuck);
}

static void probe(void *context, struct report *report)
{
	struct machine *machine = context;
	struct ring0 ring0 = {
		.read_msr = read_msr,
		.write_msr = write_msr,
		.hypercall = hypercall,
		.tsc = tsc,
		.delay = wait_us,
		.hold_interrupts = hold_interrupts,
		.time = time_of_day,
		.listen = fuzz_listen_for,
		.heard = fuzz_heard,
		.listen_end = fuzz_listen_end,
		.interrupt_self = fuzz_interrupt_self,
		.eois_skipped = fuzz_eois_skipped,
		.halt_other = fuzz_halt_other,
		.has_woken = fuzz_has_woken,
		.halt_end = fuzz_halt_end,
		.begin_on_other = fuzz_begin_on_other,
		.run_on = fuzz_run_on,
		.translate = translate,
		.is_stale = is_stale,
		.translate_end = translate_end,
		.context = machine,
		.page = machine->page,
		.page_address = PAGE_ADDRESS,
		.apic_id = 3,
		.pm_timer = pm_timer,
	};

	if (machine->tsc_khz & 1)
		ring0.pm_timer_bits = machine->tsc_khz & 2 ? 32 : 24;

	report->vcpu_count = 1 + (machine->tsc_step & 1) * OTHERS;
	probe_run(report, &ring0, (machine->flags & FORCE) != 0);
	MUST(!report->probe.page_stays || machine->page != NULL);
	left_as_found(machine);
}

static void examine_machine(struct machine *machine)
{
	struct cpuid_source source = { query, machine, NULL };
	const struct examination examination = { .cpu = &source, .probe = probe, .context = machine };
	g_autofree struct report *report = g_new0(struct report, 1);

	report->enforced = (machine->flags & ENFORCED) != 0;
	MUST(examine(&examination, report));
	fuzz_report_holds(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine machine = { .data = data, .size = size };

	if (size < HEADER_SIZE)
		return 0;
	machine.flags = (uint8_t)take(&machine, 1);
	machine.eax = (uint32_t)take(&machine, 4);
	machine.edx = (uint32_t)take(&machine, 4);
	machine.tsc_khz = (uint32_t)take(&machine, 4);
	machine.tsc_step = (uint32_t)take(&machine, 4);
	if (!(machine.flags & NO_PAGE))
		machine.page = aligned_alloc(PROBE_PAGE_SIZE, PROBE_PAGE_SIZE);
	examine_machine(&machine);
	free(machine.page);
	return 0;
}
