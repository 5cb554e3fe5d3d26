/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_SMBIOS_H
#define KVMLEAF_FIRMWARE_SMBIOS_H

#include "firmware/firmware.h"

/* Whether the manufacturer's name of the machine (SMBIOS type 1) begins with this text. FALSE without SMBIOS. */
BOOLEAN smbios_maker_is(const struct firmware *firmware, const char *beginning);

#endif
