/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/companion.h"

enum {
	STEP_US = 50,
	STEPS_PER_S = 1000000 / STEP_US,
	PATIENCE_S = 10,
	/* For all that a companion does: it begins, does its task, and ends. After that the firmware stops it. */
	LIFETIME_S = 3 * PATIENCE_S,
	MARGIN_S = 1,
};

/*
 * Runs on the other vCPU, which firmware starts with interrupts off: an interrupt that arrives is held until STI. The
 * instruction after STI is still executed before it is taken.
 */
static void EFIAPI work(void *argument)
{
	struct companion *companion = argument;

	companion->begun = 1;
	/* The firmware may start a vCPU by two SIPIs, of which the second would wake it (EDK2, SendInitSipiSipi()). */
	while (!companion->started)
		__asm__ volatile("pause" : : : "memory");
	if (companion->task == COMPANION_HALTS)
		__asm__ volatile("cli; hlt" : : : "memory");
	else if (companion->task == COMPANION_CALLS)
		companion->procedure(companion->argument);
	else
		while (!companion->stop)
			__asm__ volatile("sti; pause; cli" : : : "memory");
	companion->ended = 1;
}

/* An enabled vCPU that is not this one, counted from 0: its processor number and its APIC id. */
static BOOLEAN find_other(struct mp_services *services, uint32_t which, UINTN *ret_number, uint32_t *ret_apic_id)
{
	UINTN processors, enabled;

	if (services->get_number_of_processors(services, &processors, &enabled) != EFI_SUCCESS)
		return FALSE;
	for (UINTN i = 0; i < processors; i++) {
		struct mp_information information = { 0 };

		if (services->get_processor_info(services, i, &information) != EFI_SUCCESS ||
			(information.status_flag & MP_IS_BSP) || !(information.status_flag & MP_IS_ENABLED) ||
			which-- > 0)
			continue;
		*ret_number = i;
		*ret_apic_id = (uint32_t)information.processor_id;
		return TRUE;
	}
	return FALSE;
}

/* Where the firmware cannot wait, this spins instead, for less long. */
static BOOLEAN wait_for(const struct firmware *firmware, const volatile UINT32 *flag)
{
	for (int step = 0; step < PATIENCE_S * STEPS_PER_S && !*flag; step++)
		if (firmware->boot->Stall(STEP_US) != EFI_SUCCESS)
			__asm__ volatile("pause");
	return *flag != 0;
}

static void EFIAPI do_nothing(void *argument)
{
	(void)argument;
}

BOOLEAN companion_start(
	struct companion *companion, const struct firmware *firmware, enum companion_task task, uint32_t *ret_apic_id)
{
	struct mp_services *services;

	*companion = (struct companion){
		.firmware = firmware, .task = task, .procedure = companion->procedure, .argument = companion->argument
	};
	if (mp_services_find(firmware, &services).status != EFI_SUCCESS ||
		!find_other(services, 0, &companion->number, ret_apic_id) ||
		firmware->boot->CreateEvent(0, 0, NULL, NULL, &companion->done) != EFI_SUCCESS)
		return FALSE;
	if (services->startup_this_ap(services, work, companion->number, companion->done, LIFETIME_S * 1000000u,
		    companion, NULL) != EFI_SUCCESS) {
		(void)firmware->boot->CloseEvent(companion->done);
		return FALSE;
	}
	companion->services = services;
	companion->started = 1;
	if (wait_for(firmware, &companion->begun))
		return TRUE;
	companion_stop(companion);
	return FALSE;
}

BOOLEAN companion_ends(struct companion *companion)
{
	return wait_for(companion->firmware, &companion->ended);
}

/*
 * Once a procedure has ended that was started later on the same vCPU, and that is waited for, that vCPU is out of the
 * app's code. EDK2 looks for the end of the first, and for the end of its time, when the second is to be started
 * (UefiCpuPkg/Library/MpInitLib/DxeMpLib.c, CheckAndUpdateApsStatus()); its other occasion is a timer, which a slow
 * host may deliver late. The event is left open if it is never signalled, since the firmware still uses it.
 */
void companion_stop(struct companion *companion)
{
	struct mp_services *services = companion->services;
	EFI_BOOT_SERVICES *boot = companion->firmware->boot;
	EFI_STATUS status = EFI_NOT_READY;

	companion->stop = 1;
	(void)wait_for(companion->firmware, &companion->ended);
	for (int step = 0; step < (LIFETIME_S + MARGIN_S) * STEPS_PER_S && status == EFI_NOT_READY; step++) {
		status = services->startup_this_ap(
			services, do_nothing, companion->number, NULL, PATIENCE_S * 1000000u, NULL, NULL);
		if (status == EFI_NOT_READY && boot->Stall(STEP_US) != EFI_SUCCESS)
			__asm__ volatile("pause");
	}
	if (boot->CheckEvent(companion->done) == EFI_SUCCESS)
		(void)boot->CloseEvent(companion->done);
	companion->services = NULL;
}

enum run_on companion_run(const struct firmware *firmware, uint32_t number, mp_procedure *procedure, void *argument,
	uint32_t *ret_apic_id)
{
	struct mp_services *services;
	UINTN processor;

	if (mp_services_find(firmware, &services).status != EFI_SUCCESS ||
		!find_other(services, number, &processor, ret_apic_id))
		return RUN_ON_NONE;
	return services->startup_this_ap(services, procedure, processor, NULL, PATIENCE_S * 1000000u, argument, NULL) ==
			       EFI_SUCCESS
		       ? RUN_ON_DONE
		       : RUN_ON_LATE;
}
