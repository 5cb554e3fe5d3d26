/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/mp.h"

struct mp_services *mp_services_find(const struct firmware *firmware)
{
	EFI_GUID guid = { 0x3fdda605, 0xa76e, 0x4f46, { 0xad, 0x29, 0x12, 0xf4, 0x53, 0x1b, 0x3d, 0x08 } };

	return protocol_anywhere(firmware, guid);
}
