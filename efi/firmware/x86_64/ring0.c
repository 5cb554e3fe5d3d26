/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/ring0.h"

#include "core/probe/probe.h"
#include "firmware/cpu.h"
#include "firmware/x86_64/acpi.h"
#include "firmware/x86_64/apic.h"
#include "firmware/x86_64/catch_faults.h"
#include "firmware/x86_64/listener.h"
#include "firmware/x86_64/may_fault.h"
#include "firmware/x86_64/shared_page.h"

enum {
	FLAG_INTERRUPTS = 1 << 9, /* IF of RFLAGS */
	/* An interrupt is awaited for half a second: it takes microseconds, unless its vCPU must wait for a CPU. */
	HEAR_STEP_US = 50,
	HEAR_STEPS_MAX = 10000,
	/* So many PAUSE instructions are executed before counting, so that an interrupt too many is noticed. */
	PAUSES = 1000,
};

struct machine {
	const struct firmware *firmware;
	struct fault_catcher catcher;
	struct listener listener;
	struct pm_timer pm_timer;
	uint64_t flags; /* RFLAGS before interrupts were held */
	uint32_t apic_id;
	bool vmmcall; /* the hypercall instruction: VMMCALL of AMD, or VMCALL of Intel */
	bool has_time;
	uint64_t time; /* read once: the clock chip takes milliseconds to answer */
};

static enum fault read_msr(void *context, uint32_t msr, uint64_t *ret)
{
	(void)context;
	return may_fault_read_msr(msr, ret);
}

static enum fault write_msr(void *context, uint32_t msr, uint64_t value)
{
	(void)context;
	return may_fault_write_msr(msr, value);
}

static enum fault call_by(bool vmmcall, const uint64_t arguments[5], int64_t *ret)
{
	return vmmcall ? may_fault_vmmcall(arguments, ret) : may_fault_vmcall(arguments, ret);
}

/*
 * The CPU's vendor decides the instruction, but a VMM can make CPUID name the other vendor. KVM then replaces the wrong
 * instruction in memory with the right one; where the firmware has made code read-only, that write ends in #PF. The
 * other instruction is then used from there on.
 */
static enum fault hypercall(void *context, const uint64_t arguments[5], int64_t *ret)
{
	struct machine *machine = context;
	enum fault fault = call_by(machine->vmmcall, arguments, ret);

	if (fault != FAULT_PF)
		return fault;
	machine->vmmcall = !machine->vmmcall;
	return call_by(machine->vmmcall, arguments, ret);
}

static uint64_t tsc(void *context)
{
	(void)context;
	return cpu_tsc();
}

static void delay(void *context, uint32_t microseconds)
{
	const struct machine *machine = context;

	(void)machine->firmware->boot->Stall(microseconds);
}

static uint32_t pm_timer(void *context)
{
	const struct machine *machine = context;

	return port_read32(machine->pm_timer.port);
}

/* Days are counted from 1 March of year 0, so that the leap day is the last day of its year. 1970 begins at 719468. */
static uint64_t seconds_of(const EFI_TIME *time)
{
	uint64_t year = time->Month > 2 ? time->Year : time->Year - 1u;
	uint64_t month = time->Month > 2 ? time->Month - 3u : time->Month + 9u;
	uint64_t days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + time->Day - 1u;

	return (days - 719468) * 86400 + time->Hour * 3600u + time->Minute * 60u + time->Second;
}

static bool time(void *context, uint64_t *ret)
{
	struct machine *machine = context;
	EFI_TIME now;

	if (!machine->has_time) {
		if (machine->firmware->runtime->GetTime(&now, NULL) != EFI_SUCCESS)
			return false;
		machine->time = seconds_of(&now);
		machine->has_time = true;
	}
	*ret = machine->time;
	return true;
}

static void hold_interrupts(void *context, bool hold)
{
	struct machine *machine = context;

	if (hold) {
		__asm__ volatile("pushfq; popq %0; cli" : "=r"(machine->flags) : : "memory");
		return;
	}
	if (machine->flags & FLAG_INTERRUPTS)
		__asm__ volatile("sti" : : : "memory");
}

static bool listen(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id)
{
	struct machine *machine = context;

	if (!apic_delivers() || !count_interrupts_begin(&machine->catcher))
		return false;
	*ret_vector = machine->catcher.vector;
	/*
	 * An interrupt table of our own is loaded on this vCPU alone, so that another vCPU cannot count. Whether there
	 * is another one is known from the report: the firmware would take milliseconds to say that there is none.
	 */
	if (!others || machine->catcher.arch == NULL || machine->firmware->work->report.vcpu_count == 1 ||
		!listener_start(&machine->listener, machine->firmware, ret_apic_id))
		*ret_apic_id = machine->apic_id;
	return true;
}

static uint32_t heard(void *context, bool expected)
{
	struct machine *machine = context;
	EFI_BOOT_SERVICES *boot = machine->firmware->boot;
	uint32_t count;

	for (int step = 0; expected && step < HEAR_STEPS_MAX && apic_counted() == 0; step++)
		(void)boot->Stall(HEAR_STEP_US);
	for (int i = 0; i < PAUSES; i++)
		__asm__ volatile("pause");
	count = apic_counted();
	listener_stop(&machine->listener);
	count_interrupts_end(&machine->catcher);
	return count;
}

static bool uses_vmmcall(const struct report *report)
{
	return bytes_equal(report->cpu_vendor, "AuthenticAMD", SIGNATURE_SIZE) ||
	       bytes_equal(report->cpu_vendor, "HygonGenuine", SIGNATURE_SIZE);
}

void ring0_probe(const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force)
{
	static struct machine machine; /* not on the stack: a listening vCPU may leave it late */
	struct ring0 ring0 = { .read_msr = read_msr,
		.write_msr = write_msr,
		.hypercall = hypercall,
		.tsc = tsc,
		.delay = delay,
		.hold_interrupts = hold_interrupts,
		.time = time,
		.listen = listen,
		.heard = heard,
		.pm_timer = pm_timer,
		.context = &machine };
	struct shared_page page;
	struct efi_call call;

	machine = (struct machine){
		.firmware = firmware, .apic_id = cpuid_apic_id(cpuid), .vmmcall = uses_vmmcall(report)
	};
	call = catch_faults_begin(&machine.catcher, firmware);
	if (call.status != EFI_SUCCESS) {
		report_failed_call(report, PROBLEM_NO_GUARD, call);
		return;
	}
	if (acpi_pm_timer(firmware, &machine.pm_timer))
		ring0.pm_timer_bits = machine.pm_timer.bits;
	shared_page_allocate(firmware,
		report->confidential.supported != 0 && report->confidential.active != CONFIDENTIAL_TDX, &page);
	ring0.page = page.bytes;
	ring0.page_address = page.address;
	ring0.page_is_shared = page.iommu != NULL;
	ring0.apic_id = machine.apic_id;
	probe_run(report, &ring0, force);
	if (!report->probe.page_stays)
		shared_page_free(&page);
	catch_faults_end(&machine.catcher);
}
