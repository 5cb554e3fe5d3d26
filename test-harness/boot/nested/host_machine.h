/* SPDX-License-Identifier: BSD-2-Clause */
/* The machines that a nested host can run on: QEMU's TCG, whose CPU is AMD's, and Bochs, whose CPU is Intel's. */
#ifndef KVMLEAF_BOOT_NESTED_HOST_MACHINE_H
#define KVMLEAF_BOOT_NESTED_HOST_MACHINE_H

#include "nested/nested_host.h"

struct host_machine {
	const char *accel;  /* what --accel calls it */
	const char *maker;  /* the maker of its CPU, as a case names it */
	const char *suffix; /* the folder of its Linux is build/nested, and this */
	/* The limits in seconds are those of QEMU's; this machine is given so many times as long. */
	unsigned patience;
	guint least_cases; /* a host for fewer is not worth its start */
	/* FALSE, and one line, for what it needs and is not installed. */
	gboolean (*check)(GError **error);
	/* Until the host has powered itself off. */
	gboolean (*run)(const struct nested_host_source *source, const struct nested_host_job *job, GError **error);
};

extern const struct host_machine host_qemu, host_bochs;

/* NULL for an accelerator that is no nested host. */
const struct host_machine *host_machine_by_accel(const char *accel);
/* NULL for a maker that no nested host's CPU has. */
const struct host_machine *host_machine_by_maker(const char *maker);

#endif
