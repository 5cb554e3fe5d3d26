/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulators that a nested host can run on: QEMU's TCG, which has AMD's SVM, and Bochs, which has Intel's VMX. */
#ifndef KVMLEAF_BOOT_NESTED_HOST_MACHINE_H
#define KVMLEAF_BOOT_NESTED_HOST_MACHINE_H

#include "nested/nested_host.h"

struct host_machine {
	const char *accel;  /* its name for --accel */
	const char *maker;  /* the maker of its CPU, as a case names it */
	const char *suffix; /* its Linux is in the folder build/nested with this suffix */
	/* Limits in seconds were chosen for QEMU; they are multiplied by this for a slower emulator. */
	unsigned patience;
	guint least_cases; /* starting a host for fewer cases takes longer than it saves */
	/* FALSE with BOOT_SETUP where something that the emulator needs is not installed. */
	gboolean (*check)(GError **error);
	/*
	 * Runs the job until the host has powered itself off. The job's standard error goes to this program's. FALSE
	 * with an error: BOOT_FAILED where the host dies, prints nothing for too long or exceeds its timeout.
	 */
	gboolean (*run)(const struct nested_host_source *source, const struct nested_host_job *job, GError **error);
};

extern const struct host_machine host_qemu, host_bochs;

/* NULL if the accelerator is not a nested host. */
const struct host_machine *host_machine_by_accel(const char *accel);
/* NULL if no nested host has a CPU of that maker. */
const struct host_machine *host_machine_by_maker(const char *maker);

#endif
