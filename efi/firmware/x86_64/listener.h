/* SPDX-License-Identifier: BSD-2-Clause */
/* Another vCPU that does nothing but take interrupts. */
#ifndef KVMLEAF_FIRMWARE_X86_64_LISTENER_H
#define KVMLEAF_FIRMWARE_X86_64_LISTENER_H

#include "firmware/firmware.h"

struct listener {
	const struct firmware *firmware;
	EFI_EVENT done; /* NULL while none listens */
	volatile UINT32 listening, stop, ended;
};

/* False without another enabled vCPU, or where the firmware does not let it run. */
BOOLEAN listener_start(struct listener *listener, const struct firmware *firmware, uint32_t *ret_apic_id);
void listener_stop(struct listener *listener);

#endif
