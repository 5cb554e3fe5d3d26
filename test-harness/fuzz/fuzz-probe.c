/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring 0 that does what the input says. The input is a header of HEADER_SIZE bytes; then, for each call, one byte
 * that says whether it faults, and the bytes that it returns. Where the input has ended, all further bytes are 0.
 */
#include <stdlib.h>
#include <string.h>

#include "core/judge/examine.h"
#include "core/probe/probe.h"
#include "fuzz.h"

enum { MSRS_MAX = 32, PAGE_ADDRESS = 0x5000, CALLS_MAX = 4096, OTHERS = 2, DELAY_MAX_US = 256000 };
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

struct machine {
	const uint8_t *data;
	size_t size;
	uint8_t flags;
	uint32_t eax, edx, tsc_khz, tsc_step;
	uint64_t tsc;
	uint8_t *page;
	unsigned calls, held, listening, halted;
	bool on_other, translated;
	struct {
		uint32_t number;
		bool enabled;     /* the host was last told to write into the page there */
		bool is_stuck;    /* and refused to be told otherwise */
		uint64_t written; /* last */
	} msrs[MSRS_MAX];
	size_t msr_count;
};

static uint64_t take(struct machine *machine, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes && machine->size > 0; i++, machine->size--)
		value |= (uint64_t)*machine->data++ << (8 * i);
	return value;
}

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

static bool is_in_page(uint64_t value)
{
	return value - PAGE_ADDRESS < PROBE_PAGE_SIZE;
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

static bool listen_for(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id)
{
	struct machine *machine = context;

	(void)others;
	MUST(machine->held == 0 && machine->listening == 0);
	*ret_vector = 0x61;
	*ret_apic_id = (uint32_t)take(machine, 1);
	machine->listening = *ret_apic_id != 0xff;
	return machine->listening != 0;
}

static uint32_t heard(void *context, uint32_t expected)
{
	struct machine *machine = context;

	(void)expected;
	MUST(machine->listening == 1);
	return (uint32_t)take(machine, 1);
}

static uint32_t listen_end(void *context)
{
	struct machine *machine = context;

	MUST(machine->listening == 1);
	machine->listening = 0;
	return (uint32_t)take(machine, 1);
}

static void interrupt_self(void *context, volatile uint32_t *eoi)
{
	struct machine *machine = context;

	MUST(machine->listening == 1 && machine->held == 0 &&
		is_in_page((uint64_t)(uintptr_t)eoi - (uint64_t)(uintptr_t)machine->page + PAGE_ADDRESS));
	*eoi = (uint32_t)take(machine, 1);
}

static uint32_t eois_skipped(void *context)
{
	return (uint32_t)take(context, 1) & 1;
}

static bool halt_other(void *context, uint32_t *ret_apic_id)
{
	struct machine *machine = context;

	MUST(machine->held == 0 && machine->halted == 0 && !machine->on_other);
	*ret_apic_id = (uint32_t)take(machine, 1);
	machine->halted = *ret_apic_id & 1;
	return machine->halted != 0;
}

static bool has_woken(void *context, bool expected)
{
	struct machine *machine = context;

	(void)expected;
	MUST(machine->halted == 1);
	return (take(machine, 1) & 1) != 0;
}

static void halt_end(void *context)
{
	struct machine *machine = context;

	MUST(machine->halted == 1);
	machine->halted = 0;
}

/* There is no vCPU that works beside this one, since this program has one thread. */
static bool begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	const struct machine *machine = context;

	(void)procedure;
	(void)argument;
	(void)ret_apic_id;
	MUST(machine->held == 0 && !machine->on_other);
	return false;
}

static enum run_on run_on(
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
	struct ring0 ring0 = { read_msr, write_msr, hypercall, tsc, wait_us, hold_interrupts, time_of_day, listen_for,
		heard, listen_end, interrupt_self, eois_skipped, halt_other, has_woken, halt_end, begin_on_other, NULL,
		NULL, run_on, translate, is_stale, translate_end, machine, machine->page, PAGE_ADDRESS, 3, pm_timer, 0,
		false };

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
