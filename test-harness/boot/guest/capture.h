/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captured guests: guests that were saved after their firmware had booted. Restoring one with another -cpu takes a
 * fraction of a boot's time, and the app then executes CPUID on the new CPU model. A captured guest is kept in the
 * cache for the same QEMU, firmware, QEMU machine type and launcher.
 */
#ifndef KVMLEAF_BOOT_GUEST_CAPTURE_H
#define KVMLEAF_BOOT_GUEST_CAPTURE_H

#include "guest/guest.h"

/* What a guest is captured with, and where captured guests are kept. */
struct capture_source {
	const char *qemu;
	const struct firmware *firmware;
	const char *launcher;
	const char *cache;
	const char *
		ready; /* a folder with captured guests that are known to be good, by capture_name(); NULL: use cache */
	unsigned timeout; /* seconds that a capture may take */
};

struct capture {
	char *ram;    /* path of the guest's memory, which each restored guest maps privately */
	char *stream; /* path of QEMU's migration stream: the guest's state without its memory */
	char *store;  /* path of the store as it was when the guest was captured: the flash, or the end of the memory */
};

/* The name of the captured guest with that number of vCPUs, and with its variable store there; to be freed. */
char *capture_name(unsigned smp, enum store_kind store);
/*
 * The captured guest with that number of vCPUs and its variable store there (not STORE_NONE), from the cache; where it
 * is absent or damaged it is made, on TCG. To be freed with capture_free; NULL with an error.
 */
struct capture *capture_get(const struct capture_source *source, unsigned smp, enum store_kind store, GError **error);
void capture_free(struct capture *capture);

#endif
