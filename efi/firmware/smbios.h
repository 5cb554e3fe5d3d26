/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_SMBIOS_H
#define KVMLEAF_SMBIOS_H

#include "firmware.h"

/* Whether the machine's manufacturer (SMBIOS type 1) is QEMU. */
BOOLEAN smbios_says_qemu(const struct firmware *firmware);

#endif
