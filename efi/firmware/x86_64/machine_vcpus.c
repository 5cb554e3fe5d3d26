/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of struct ring0 that are about interrupts and about other vCPUs. */
#include "firmware/x86_64/apic.h"
#include "firmware/x86_64/interrupt_table.h"
#include "firmware/x86_64/machine.h"

enum {
	/* An interrupt takes microseconds, unless the vCPU that it is for must wait for a CPU to run on. */
	HEAR_STEP_US = 50,
	HEAR_STEPS_MAX = 10 * 1000000 / HEAR_STEP_US,
	/* So many PAUSE instructions are executed before counting, so that an interrupt too many is noticed. */
	PAUSES = 1000,
	/* A vCPU that is to halt has this time to do so after it was last seen. */
	HALT_US = 2000,
};

bool machine_listen(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id)
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
		!companion_start(&machine->companion, machine->firmware, COMPANION_LISTENS, ret_apic_id))
		*ret_apic_id = machine->apic_id;
	return true;
}

uint32_t machine_heard(void *context, uint32_t expected)
{
	const struct machine *machine = context;

	for (int step = 0; step < HEAR_STEPS_MAX && apic_counted() < expected; step++)
		if (machine->firmware->boot->Stall(HEAR_STEP_US) != EFI_SUCCESS)
			break;
	for (int i = 0; i < PAUSES; i++)
		__asm__ volatile("pause");
	return apic_counted();
}

uint32_t machine_listen_end(void *context)
{
	struct machine *machine = context;

	if (machine->companion.services != NULL)
		companion_stop(&machine->companion);
	if (machine->own_table != NULL)
		interrupt_table_unload(machine->own_table);
	machine->own_table = NULL;
	count_interrupts_end(&machine->catcher);
	apic_share_eoi(NULL);
	return apic_counted();
}

/*
 * The interrupt must reach apic_count() without a VM exit, at which KVM takes bit 0 back. EDK2's own handler reads the
 * debug registers first, which KVM intercepts; so a table of our own is used here even where the firmware's would do.
 */
void machine_interrupt_self(void *context, volatile uint32_t *eoi)
{
	struct machine *machine = context;

	if (machine->catcher.arch != NULL && machine->own_table == NULL)
		(void)interrupt_table_load(machine->firmware, machine->catcher.vector, &machine->own_table);
	apic_share_eoi(eoi);
	apic_interrupt_self(machine->catcher.vector);
}

uint32_t machine_eois_skipped(void *context)
{
	(void)context;
	return apic_eois_skipped();
}

bool machine_halt_other(void *context, uint32_t *ret_apic_id)
{
	struct machine *machine = context;
	const struct firmware *firmware = machine->firmware;

	if (firmware->work->report.vcpu_count == 1 ||
		!companion_start(&machine->companion, firmware, COMPANION_HALTS, ret_apic_id))
		return false;
	(void)firmware->boot->Stall(HALT_US);
	return true;
}

bool machine_has_woken(void *context, bool expected)
{
	struct machine *machine = context;

	return expected ? companion_ends(&machine->companion) : machine->companion.ended != 0;
}

void machine_halt_end(void *context)
{
	struct machine *machine = context;

	companion_stop(&machine->companion);
}

/* A procedure of core, and how faults are caught on the vCPU that runs it. */
struct errand {
	void (*procedure)(void *argument);
	void *argument;
	const struct fault_catcher *catcher;
};

static void EFIAPI do_errand(void *argument)
{
	const struct errand *errand = argument;
	struct table_register theirs;

	catch_faults_here(errand->catcher, &theirs);
	errand->procedure(errand->argument);
	catch_faults_here_end(errand->catcher, &theirs);
}

bool machine_begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	static struct errand errand; /* not on the stack: the vCPU may read it late */
	struct machine *machine = context;

	errand = (struct errand){ procedure, argument, &machine->catcher };
	machine->companion.procedure = do_errand;
	machine->companion.argument = &errand;
	return machine->firmware->work->report.vcpu_count > 1 &&
	       companion_start(&machine->companion, machine->firmware, COMPANION_CALLS, ret_apic_id);
}

/*
 * A host may be unable to take the CPU from a vCPU whose interrupts are off: the VMX of Bochs 2.7 holds the host's own
 * interrupts too until the guest permits interrupts or exits.
 */
void machine_rest(void *context)
{
	(void)context;
	__asm__ volatile("sti; pause; cli" : : : "memory");
}

bool machine_end_on_other(void *context)
{
	struct machine *machine = context;
	bool ended = companion_ends(&machine->companion);

	companion_stop(&machine->companion);
	return ended;
}

enum run_on machine_run_on(
	void *context, uint32_t number, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id)
{
	const struct machine *machine = context;
	struct errand errand = { procedure, argument, &machine->catcher };

	return companion_run(machine->firmware, number, do_errand, &errand, ret_apic_id);
}
