/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_SMBIOS_H
#define KVMLEAF_FIRMWARE_SMBIOS_H

#include "firmware/firmware.h"

/* Whether the name of the machine's manufacturer (SMBIOS type 1) begins so. */
BOOLEAN smbios_maker_is(const struct firmware *firmware, const char *beginning);

#endif
