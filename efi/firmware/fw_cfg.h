/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's fw_cfg device: how a CI run hands arguments to an image that it does not change. */
#ifndef KVMLEAF_FIRMWARE_FW_CFG_H
#define KVMLEAF_FIRMWARE_FW_CFG_H

#include "firmware/firmware.h"

/* Reads the named file into text. EFI_NOT_FOUND: this is not QEMU, or there is no such file;
 * EFI_BUFFER_TOO_SMALL: the text has no room for it. */
EFI_STATUS fw_cfg_read(const struct firmware *firmware, const char *name, struct text *text);

#endif
