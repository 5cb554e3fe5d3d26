/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest whose firmware has booted, stopped and kept: restored with another -cpu line it costs a fraction of a boot,
 * and executes CPUID afresh. Kept in the cache for one QEMU, firmware, machine and launcher.
 */
#ifndef KVMLEAF_BOOT_GUEST_CAPTURE_H
#define KVMLEAF_BOOT_GUEST_CAPTURE_H

#include "guest/guest.h"

/* What a guest is captured with, and where captured ones are. */
struct capture_source {
	const char *qemu;
	const struct firmware *firmware;
	const char *launcher;
	const char *cache;
	const char *ready; /* a folder of captured guests, by vCPUs, that are known to be sound; NULL for none */
	unsigned timeout;  /* seconds that a capture may take */
};

struct capture {
	char *ram;    /* the guest's memory, mapped privately by each restored guest */
	char *stream; /* the rest of the machine, as QEMU migrates it */
	char *vars;   /* the variable store as the firmware had it when it was stopped */
};

/* The captured guest with so many vCPUs: from the cache, or made, on plain TCG, where it is absent or damaged. */
struct capture *capture_get(const struct capture_source *source, unsigned smp, GError **error);
void capture_free(struct capture *capture);

#endif
