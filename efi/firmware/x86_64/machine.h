/* SPDX-License-Identifier: BSD-2-Clause */
/* Used only inside firmware/x86_64: the machine behind struct ring0. */
#ifndef KVMLEAF_FIRMWARE_X86_64_MACHINE_H
#define KVMLEAF_FIRMWARE_X86_64_MACHINE_H

#include "core/probe/ring0.h"
#include "firmware/x86_64/acpi.h"
#include "firmware/x86_64/catch_faults.h"
#include "firmware/x86_64/companion.h"
#include "firmware/x86_64/translation.h"

/* The context of the functions of struct ring0. */
struct machine {
	const struct firmware *firmware;
	struct fault_catcher catcher;
	struct companion companion;
	struct translation translation;
	struct pm_timer pm_timer;
	void *own_table; /* of interrupt_table_load(), NULL for none */
	uint64_t flags;  /* RFLAGS before interrupts were held */
	uint32_t apic_id;
	bool vmmcall; /* the hypercall instruction: VMMCALL of AMD, or VMCALL of Intel */
	bool has_time;
	uint64_t time; /* read once: the clock chip takes milliseconds to answer */
};

/* See struct ring0. */
bool machine_listen(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id);
uint32_t machine_heard(void *context, uint32_t expected);
uint32_t machine_listen_end(void *context);
void machine_interrupt_self(void *context, volatile uint32_t *eoi);
uint32_t machine_eois_skipped(void *context);
bool machine_halt_other(void *context, uint32_t *ret_apic_id);
bool machine_has_woken(void *context, bool expected);
void machine_halt_end(void *context);
bool machine_begin_on_other(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);
void machine_rest(void *context);
bool machine_end_on_other(void *context);
enum run_on machine_run_on(
	void *context, uint32_t number, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);

#endif
