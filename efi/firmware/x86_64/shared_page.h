/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page that the probe shares with the host. In a guest whose memory is encrypted the firmware must decrypt it:
 * EDK2's EDKII_IOMMU_PROTOCOL (MdeModulePkg/Include/Protocol/IoMmu.h), which OVMF has in SEV guests (OvmfPkg/IoMmuDxe),
 * does so for buffers that a device is to use. This was not tried on a machine with SEV.
 */
#ifndef KVMLEAF_FIRMWARE_X86_64_SHARED_PAGE_H
#define KVMLEAF_FIRMWARE_X86_64_SHARED_PAGE_H

#include "firmware/firmware.h"

struct shared_page {
	EFI_BOOT_SERVICES *boot;
	struct iommu *iommu; /* NULL for a page that was not got from it */
	void *mapping;
	void *bytes;                  /* NULL for no page */
	EFI_PHYSICAL_ADDRESS address; /* for the host */
};

/*
 * is_encrypted: the CPU can encrypt this guest's memory, so that the IOMMU protocol is used where the firmware has it.
 * The page is of a type that no operating system takes for free memory, since it may have to stay (probe.h).
 */
void shared_page_allocate(const struct firmware *firmware, BOOLEAN is_encrypted, struct shared_page *ret);
void shared_page_free(struct shared_page *page);

#endif
