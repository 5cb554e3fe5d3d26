/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI_MP_SERVICES_PROTOCOL (UEFI PI specification, volume 2, 13.4), which gnu-efi does not declare. */
#ifndef KVMLEAF_FIRMWARE_MP_H
#define KVMLEAF_FIRMWARE_MP_H

#include "firmware/firmware.h"

typedef void(EFIAPI mp_procedure)(void *argument);

enum { MP_IS_BSP = 1 << 0, MP_IS_ENABLED = 1 << 1, MP_IS_HEALTHY = 1 << 2 };

struct mp_information {
	UINT64 processor_id; /* local APIC id */
	UINT32 status_flag;
	UINT32 package, core, thread;
	UINT32 extended[6]; /* later versions of the protocol write here */
};

struct mp_services {
	EFI_STATUS(EFIAPI *get_number_of_processors)(struct mp_services *self, UINTN *processors, UINTN *enabled);
	EFI_STATUS(EFIAPI *get_processor_info)
	(struct mp_services *self, UINTN number, struct mp_information *information);
	/*
	 * timeout: in microseconds, 0 for none. failed: NULL, or where to put a list, to be freed by FreePool, of the
	 * processors that did not end in time.
	 */
	EFI_STATUS(EFIAPI *startup_all_aps)
	(struct mp_services *self, mp_procedure *procedure, BOOLEAN one_by_one, EFI_EVENT done, UINTN timeout,
		void *argument, UINTN **failed);
	EFI_STATUS(EFIAPI *startup_this_ap)
	(struct mp_services *self, mp_procedure *procedure, UINTN number, EFI_EVENT done, UINTN timeout, void *argument,
		BOOLEAN *finished);
	void *switch_bsp, *enable_disable_ap;
	EFI_STATUS(EFIAPI *who_am_i)(struct mp_services *self, UINTN *number);
};

/* *ret_services is NULL where the firmware has none. */
struct efi_call mp_services_find(const struct firmware *firmware, struct mp_services **ret_services);

#endif
