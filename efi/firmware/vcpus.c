/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/vcpus.h"

#include "firmware/cpu.h"
#include "firmware/mp.h"
#include "core/leaves/vcpu_compare.h"

/* For all together; a vCPU of a busy host has to wait for a CPU to run on. */
enum { TIMEOUT_US = 10 * 1000 * 1000 };

struct pass {
	struct mp_services *services;
	const struct report *report;
	struct vcpu_slot *slots; /* by the processor's number */
	UINTN processors;
};

/* On another vCPU: no service of the firmware's but the one that tells which it is. */
static void EFIAPI look(void *argument)
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
	void *memory;
	EFI_STATUS status =
		firmware->boot->AllocatePool(EfiLoaderData, pass->processors * sizeof(*pass->slots), &memory);

	if (status == EFI_SUCCESS) {
		pass->slots = memory;
		for (UINTN i = 0; i < pass->processors; i++)
			pass->slots[i] = (struct vcpu_slot){ 0 };
		status = pass->services->startup_all_aps(pass->services, look, FALSE, NULL, TIMEOUT_US, pass, NULL);
	}
	if (status != EFI_SUCCESS && status != EFI_TIMEOUT) {
		report_problem(report, PROBLEM_VCPUS_UNREAD, 0);
		return;
	}
	collect(pass, report);
	/* One that is late may write to its slot yet. */
	if (status == EFI_SUCCESS)
		(void)firmware->boot->FreePool(memory);
}

void vcpus_examine(const struct firmware *firmware, struct report *report)
{
	static struct pass pass; /* one that is late may read it yet */
	UINTN enabled;

	pass = (struct pass){ .services = mp_services_find(firmware), .report = report };
	report->vcpu_count = 1;
	report->vcpus_checked = 1;
	if (pass.services == NULL ||
		pass.services->get_number_of_processors(pass.services, &pass.processors, &enabled) != EFI_SUCCESS) {
		report_problem(report, PROBLEM_NO_MP_SERVICES, 0);
		return;
	}
	report->vcpu_count = (uint32_t)enabled;
	if (enabled > 1)
		run_pass(firmware, &pass, report);
}
