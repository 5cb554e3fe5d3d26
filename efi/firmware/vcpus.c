/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/vcpus.h"

#include "core/leaves/vcpu_compare.h"
#include "firmware/cpu.h"
#include "firmware/mp.h"
#include "firmware/owned.h"

/* For all vCPUs together. It is long because a vCPU of a busy host may have to wait for a CPU to run on. */
enum { TIMEOUT_US = 10 * 1000 * 1000 };

struct pass {
	struct mp_services *services;
	const struct report *report;
	struct vcpu_slot *slots; /* by the processor's number */
	UINTN processors;
};

/*
 * Runs on every other vCPU. There no service of the firmware may be called but WhoAmI, which says which vCPU it is
 * (UEFI PI specification, volume 2, 13.4).
 */
static void EFIAPI compare_this(void *argument)
{
	static const struct cpuid_source cpu = { .query = cpu_query };
	const struct pass *pass = argument;
	UINTN number;

	if (pass->services->who_am_i(pass->services, &number) == EFI_SUCCESS && number < pass->processors)
		vcpus_compare(&cpu, pass->report, &pass->slots[number]);
}

static void collect(const struct pass *pass, struct report *report)
{
	for (UINTN i = 0; i < pass->processors; i++) {
		struct mp_information information = { 0 };

		if (pass->services->get_processor_info(pass->services, i, &information) != EFI_SUCCESS ||
			(information.status_flag & MP_IS_BSP) || !(information.status_flag & MP_IS_ENABLED))
			continue;
		pass->slots[i].apic_id = (uint32_t)information.processor_id;
		vcpus_collect(report, &pass->slots[i]);
	}
}

static void run_pass(const struct firmware *firmware, struct pass *pass, struct report *report)
{
	struct mp_services *services = pass->services;
	AUTO_POOL memory = { 0 };
	struct efi_call call = pool_allocate(firmware, pass->processors * sizeof(*pass->slots), &memory);

	if (call.status == EFI_SUCCESS) {
		pass->slots = memory.bytes;
		for (UINTN i = 0; i < pass->processors; i++)
			pass->slots[i] = (struct vcpu_slot){ 0 };
		call = efi_call("StartupAllAPs",
			services->startup_all_aps(services, compare_this, FALSE, NULL, TIMEOUT_US, pass, NULL));
	}
	/* A vCPU that is late may still write to its slot, at any time: that memory is never given back. */
	if (call.status == EFI_TIMEOUT)
		pool_leave(&memory);
	if (call.status == EFI_SUCCESS || call.status == EFI_TIMEOUT)
		collect(pass, report);
	else
		report_failed_call(report, PROBLEM_VCPUS_UNREAD, call);
}

void vcpus_compare_others(const struct firmware *firmware, struct report *report)
{
	/* Not on the stack: a vCPU that is late may read it after this function has returned. */
	static struct pass pass;
	struct efi_call call;
	UINTN enabled;

	pass = (struct pass){ .report = report };
	call = mp_services_find(firmware, &pass.services);
	if (call.status == EFI_SUCCESS)
		call = efi_call("GetNumberOfProcessors",
			pass.services->get_number_of_processors(pass.services, &pass.processors, &enabled));
	if (call.status != EFI_SUCCESS) {
		report_failed_call(report, PROBLEM_NO_MP_SERVICES, call);
		return;
	}
	report->vcpu_count = (uint32_t)enabled;
	if (enabled > 1)
		run_pass(firmware, &pass, report);
}
