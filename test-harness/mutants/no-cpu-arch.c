/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of the app: firmware without EFI_CPU_ARCH_PROTOCOL, where the app must use its own interrupt table. */
#include "firmware/firmware.h"

__typeof__(protocol_anywhere) __real_protocol_anywhere, __wrap_protocol_anywhere;

struct efi_call __wrap_protocol_anywhere(const struct firmware *firmware, EFI_GUID guid, void **ret_interface)
{
	if (guid.Data1 != 0x26baccb1)
		return __real_protocol_anywhere(firmware, guid, ret_interface);
	*ret_interface = NULL;
	return efi_call("LocateProtocol", EFI_NOT_FOUND);
}
