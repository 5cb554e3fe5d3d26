/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes another vCPU wait for interrupts, and take them. */
#ifndef KVMLEAF_FIRMWARE_X86_64_LISTENER_H
#define KVMLEAF_FIRMWARE_X86_64_LISTENER_H

#include "firmware/firmware.h"

struct listener {
	const struct firmware *firmware;
	EFI_EVENT done; /* signalled when the vCPU has finished; NULL while none listens */
	volatile UINT32 listening, stop, ended;
};

/* FALSE where there is no other enabled vCPU, or the firmware cannot start it. */
BOOLEAN listener_start(struct listener *listener, const struct firmware *firmware, uint32_t *ret_apic_id);
void listener_stop(struct listener *listener);

#endif
