/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/mp.h"

struct efi_call mp_services_find(const struct firmware *firmware, struct mp_services **ret_services)
{
	EFI_GUID guid = { 0x3fdda605, 0xa76e, 0x4f46, { 0xad, 0x29, 0x12, 0xf4, 0x53, 0x1b, 0x3d, 0x08 } };
	void *interface;
	struct efi_call call = protocol_anywhere(firmware, guid, &interface);

	*ret_services = interface;
	return call;
}
