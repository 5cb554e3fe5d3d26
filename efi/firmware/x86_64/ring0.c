/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/ring0.h"

#include "core/probe/probe.h"
#include "firmware/cpu.h"
#include "firmware/x86_64/machine.h"
#include "firmware/x86_64/may_fault.h"
#include "firmware/x86_64/shared_page.h"

enum { FLAG_INTERRUPTS = 1 << 9 /* IF of RFLAGS */ };

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
 * instruction in memory with the right one; where the firmware has made code read-only, that write ends in #PF, and
 * where the VMM has switched that help off (KVM_X86_QUIRK_FIX_HYPERCALL_INSN), the wrong instruction ends in #UD. The
 * other instruction is then used from there on.
 */
static enum fault hypercall(void *context, const uint64_t arguments[5], int64_t *ret)
{
	struct machine *machine = context;
	enum fault fault = call_by(machine->vmmcall, arguments, ret);

	if (fault != FAULT_PF && fault != FAULT_UD)
		return fault;
	if (call_by(!machine->vmmcall, arguments, ret) != FAULT_NONE)
		return fault;
	machine->vmmcall = !machine->vmmcall;
	return FAULT_NONE;
}

static uint64_t tsc(void *context)
{
	(void)context;
	return cpu_tsc();
}

static bool delay(void *context, uint32_t microseconds)
{
	const struct machine *machine = context;

	return machine->firmware->boot->Stall(microseconds) == EFI_SUCCESS;
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

static bool translate(void *context)
{
	struct machine *machine = context;

	return translation_make_stale(&machine->translation);
}

static bool is_stale(void *context)
{
	const struct machine *machine = context;

	return translation_is_stale(&machine->translation);
}

static void translate_end(void *context)
{
	struct machine *machine = context;

	translation_end(&machine->translation);
}

static bool uses_vmmcall(const struct report *report)
{
	return bytes_equal(report->cpu_vendor, "AuthenticAMD", SIGNATURE_SIZE) ||
	       bytes_equal(report->cpu_vendor, "HygonGenuine", SIGNATURE_SIZE);
}

void ring0_probe(const struct firmware *firmware, struct report *report, const struct cpuid_source *cpuid, bool force)
{
	static struct machine machine; /* not on the stack: another vCPU may leave it late */
	struct ring0 ring0 = { .read_msr = read_msr,
		.write_msr = write_msr,
		.hypercall = hypercall,
		.tsc = tsc,
		.delay = delay,
		.hold_interrupts = hold_interrupts,
		.time = time,
		.listen = machine_listen,
		.heard = machine_heard,
		.listen_end = machine_listen_end,
		.interrupt_self = machine_interrupt_self,
		.eois_skipped = machine_eois_skipped,
		.halt_other = machine_halt_other,
		.has_woken = machine_has_woken,
		.halt_end = machine_halt_end,
		.begin_on_other = machine_begin_on_other,
		.rest = machine_rest,
		.end_on_other = machine_end_on_other,
		.run_on = machine_run_on,
		.translate = translate,
		.is_stale = is_stale,
		.translate_end = translate_end,
		.pm_timer = pm_timer,
		.context = &machine };
	struct shared_page page;
	EFI_PHYSICAL_ADDRESS tables;
	EFI_STATUS status;
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
	status = firmware->boot->AllocatePages(AllocateAnyPages, EfiLoaderData, TRANSLATION_PAGES, &tables);
	/* UEFI maps memory so that virtual and physical addresses are the same (specification, 2.3.4). */
	machine.translation.pages = status == EFI_SUCCESS ? (uint8_t *)(UINTN)tables : NULL;
	ring0.apic_id = machine.apic_id;
	probe_run(report, &ring0, force);
	if (status == EFI_SUCCESS)
		(void)firmware->boot->FreePages(tables, TRANSLATION_PAGES);
	if (!report->probe.page_stays)
		shared_page_free(&page);
	catch_faults_end(&machine.catcher);
}
