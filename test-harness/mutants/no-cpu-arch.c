/* SPDX-License-Identifier: BSD-2-Clause */
/* No fault of its own: an app on firmware without EFI_CPU_ARCH_PROTOCOL, which has to catch faults by itself. */
#include "firmware/firmware.h"

void *__real_protocol_anywhere(const struct firmware *firmware, EFI_GUID guid);
void *__wrap_protocol_anywhere(const struct firmware *firmware, EFI_GUID guid);

void *__wrap_protocol_anywhere(const struct firmware *firmware, EFI_GUID guid)
{
	return guid.Data1 == 0x26baccb1 ? NULL : __real_protocol_anywhere(firmware, guid);
}
