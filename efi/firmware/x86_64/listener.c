/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/x86_64/listener.h"

#include "firmware/mp.h"

/* Ten seconds in all: a vCPU of a busy host may have to wait for a CPU to run on. */
enum { STEP_US = 50, STEPS_MAX = 200000 };

/*
 * Runs on the other vCPU, which firmware starts with interrupts off: an interrupt that arrives is held until STI. The
 * instruction after STI is still executed before it is taken.
 */
static void EFIAPI listen(void *argument)
{
	struct listener *listener = argument;

	listener->listening = 1;
	while (!listener->stop)
		__asm__ volatile("sti; pause; cli" : : : "memory");
	listener->ended = 1;
}

/* An enabled vCPU that is not this one: its processor number and its APIC id. */
static BOOLEAN find_other(struct mp_services *services, UINTN *ret_number, uint32_t *ret_apic_id)
{
	UINTN processors, enabled;

	if (services->get_number_of_processors(services, &processors, &enabled) != EFI_SUCCESS)
		return FALSE;
	for (UINTN i = 0; i < processors; i++) {
		struct mp_information information = { 0 };

		if (services->get_processor_info(services, i, &information) != EFI_SUCCESS ||
			(information.status_flag & MP_IS_BSP) || !(information.status_flag & MP_IS_ENABLED))
			continue;
		*ret_number = i;
		*ret_apic_id = (uint32_t)information.processor_id;
		return TRUE;
	}
	return FALSE;
}

static BOOLEAN wait_for(const struct firmware *firmware, const volatile UINT32 *flag)
{
	for (int step = 0; step < STEPS_MAX && !*flag; step++)
		(void)firmware->boot->Stall(STEP_US);
	return *flag != 0;
}

BOOLEAN listener_start(struct listener *listener, const struct firmware *firmware, uint32_t *ret_apic_id)
{
	struct mp_services *services;
	UINTN number;

	*listener = (struct listener){ .firmware = firmware };
	if (mp_services_find(firmware, &services).status != EFI_SUCCESS ||
		!find_other(services, &number, ret_apic_id) ||
		firmware->boot->CreateEvent(0, 0, NULL, NULL, &listener->done) != EFI_SUCCESS)
		return FALSE;
	if (services->startup_this_ap(services, listen, number, listener->done, 0, listener, NULL) == EFI_SUCCESS)
		return wait_for(firmware, &listener->listening);
	(void)firmware->boot->CloseEvent(listener->done);
	listener->done = NULL;
	return FALSE;
}

/*
 * The firmware notices only by a timer that the other vCPU has finished, and signals the event then. If it has not done
 * so yet, the event is left open, since the firmware still uses it.
 */
void listener_stop(struct listener *listener)
{
	if (listener->done == NULL)
		return;
	listener->stop = 1;
	(void)wait_for(listener->firmware, &listener->ended);
	if (listener->firmware->boot->CheckEvent(listener->done) == EFI_SUCCESS)
		(void)listener->firmware->boot->CloseEvent(listener->done);
	listener->done = NULL;
}
