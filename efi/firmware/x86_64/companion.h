/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other vCPUs at work beside this one, by the firmware's MP services. The firmware limits the time of each: it stops a
 * vCPU that takes longer, so that none executes the app's code after the app has ended.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_COMPANION_H
#define KVMLEAF_FIRMWARE_X86_64_COMPANION_H

#include "core/probe/ring0.h"
#include "firmware/mp.h"

enum companion_task {
	COMPANION_LISTENS, /* takes interrupts until it is stopped */
	COMPANION_HALTS,   /* executes one HLT without taking interrupts */
	COMPANION_CALLS,   /* calls a procedure without taking interrupts */
};

/* One vCPU that works while this one goes on. */
struct companion {
	const struct firmware *firmware;
	struct mp_services *services; /* NULL while no vCPU works */
	UINTN number;                 /* of its processor */
	EFI_EVENT done;               /* signalled when the firmware knows that the vCPU has ended */
	enum companion_task task;
	mp_procedure *procedure; /* for COMPANION_CALLS */
	void *argument;
	volatile UINT32 started, begun, stop, ended; /* started: the firmware has done all to start it */
};

/*
 * FALSE where there is no other enabled vCPU, or the firmware cannot start it. Set procedure and argument of the struct
 * beforehand.
 */
BOOLEAN companion_start(
	struct companion *companion, const struct firmware *firmware, enum companion_task task, uint32_t *ret_apic_id);
/* Waits until its task has ended, for as long as a vCPU of a busy host may have to wait for a CPU to run on. */
BOOLEAN companion_ends(struct companion *companion);
/* Stops it, and waits until it has left the app's code. */
void companion_stop(struct companion *companion);

/* See run_on of struct ring0. number: counts the enabled vCPUs but this one. */
enum run_on companion_run(const struct firmware *firmware, uint32_t number, mp_procedure *procedure, void *argument,
	uint32_t *ret_apic_id);

#endif
