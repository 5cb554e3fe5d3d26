/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the probe may do to the machine. On the machine itself firmware/x86_64 fills this struct; in host tests a model
 * of a hypervisor does.
 *
 * No function here may end the run: where an instruction faults, its fault is returned, and *ret is not set. Whatever
 * waits does so for a bounded time.
 */
#ifndef KVMLEAF_CORE_PROBE_RING0_H
#define KVMLEAF_CORE_PROBE_RING0_H

#include "core/report/probe_result.h"

enum { PROBE_PAGE_SIZE = 4096 /* bytes */ };

/* What became of a procedure that was to run on another vCPU. */
enum run_on {
	RUN_ON_NONE, /* there is no such vCPU */
	RUN_ON_DONE, /* it has returned */
	RUN_ON_LATE, /* it did not return in time, and the firmware has stopped that vCPU */
};

struct ring0 {
	enum fault (*read_msr)(void *context, uint32_t msr, uint64_t *ret);
	enum fault (*write_msr)(void *context, uint32_t msr, uint64_t value);
	/* arguments: the call's number, for RAX, then the values for RBX, RCX, RDX and RSI. *ret: RAX afterwards. */
	enum fault (*hypercall)(void *context, const uint64_t arguments[5], int64_t *ret);
	uint64_t (*tsc)(void *context);
	/* false where the firmware cannot wait. */
	bool (*delay)(void *context, uint32_t microseconds);
	/*
	 * true: this vCPU takes no interrupts from now on; false: it takes them again. In between only the functions
	 * above, but for delay, and those for translations are called: the others call the firmware.
	 */
	void (*hold_interrupts)(void *context, bool hold);
	/* Seconds since 1970 by the firmware's clock; false where it has none. */
	bool (*time)(void *context, uint64_t *ret);

	/*
	 * Makes a vCPU count the interrupts of a vector, and returns that vector and the vCPU's APIC id. It is another
	 * vCPU if others is set and there is one, else this vCPU. false where that is impossible.
	 */
	bool (*listen)(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id);
	/* Waits until so many interrupts have arrived, or for a time that a busy host does not need; returns the count.
	 */
	uint32_t (*heard)(void *context, uint32_t expected);
	/* Ends what listen() began, and returns the count at the end. */
	uint32_t (*listen_end)(void *context);
	/*
	 * While this vCPU listens: sends the vector to it. eoi: the word of KVM's PV_EOI. Where its bit 0 is set when
	 * the interrupt arrives, the interrupt's handler clears that bit and sends no EOI.
	 */
	void (*interrupt_self)(void *context, volatile uint32_t *eoi);
	/* How many EOIs were not sent since listen(). */
	uint32_t (*eois_skipped)(void *context);

	/* Halts another vCPU, which takes no interrupts meanwhile, and returns its APIC id. false where there is none.
	 */
	bool (*halt_other)(void *context, uint32_t *ret_apic_id);
	/* Whether that vCPU has left its HLT. expected: waits for that. */
	bool (*has_woken)(void *context, bool expected);
	/* Ends what halt_other() began. Where the vCPU still halts, the firmware resets it. */
	void (*halt_end)(void *context);
	/*
	 * Has another vCPU run a procedure while this one goes on, and returns that vCPU's APIC id. false where there
	 * is none. See run_on for what the procedure may do; translate and what belongs to it are permitted too.
	 */
	bool (*begin_on_other)(void *context, void (*procedure)(void *argument), void *argument, uint32_t *ret_apic_id);
	/* Called by a procedure that waits there: lets the host take the CPU away, and takes interrupts meanwhile. */
	void (*rest)(void *context);
	/* Waits for the procedure's end. Where it does not end in time, the firmware stops the vCPU: false. */
	bool (*end_on_other)(void *context);
	/*
	 * Runs a procedure on one of the other vCPUs, which are numbered from 0, and returns that vCPU's APIC id. There
	 * interrupts are off, and of these functions only read_msr, write_msr, hypercall, tsc and hold_interrupts may
	 * be called.
	 */
	enum run_on (*run_on)(void *context, uint32_t number, void (*procedure)(void *argument), void *argument,
		uint32_t *ret_apic_id);

	/*
	 * Translates an address to one page, reads it, and changes the page table so that it translates to another
	 * page, without telling the CPU, which may go on using the old translation. false where that is impossible.
	 */
	bool (*translate)(void *context);
	/* Whether the address still leads to the old page. */
	bool (*is_stale)(void *context);
	/* Ends what translate(), called once or several times, began. */
	void (*translate_end)(void *context);

	void *context;
	uint8_t *page;         /* PROBE_PAGE_SIZE bytes that are shared with the host; NULL for none */
	uint64_t page_address; /* guest-physical */
	uint32_t apic_id;      /* of this vCPU */
	/* ACPI's PM timer, of which so many bits count: 24 or 32, or 0 where the machine has none. */
	uint32_t (*pm_timer)(void *context);
	uint8_t pm_timer_bits;
	bool page_is_shared; /* the host can read and write the page, though this guest's memory is encrypted */
};

#endif
