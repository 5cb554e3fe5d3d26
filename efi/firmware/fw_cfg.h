/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's fw_cfg device, by which a CI run can pass arguments to an image without changing it. */
#ifndef KVMLEAF_FIRMWARE_FW_CFG_H
#define KVMLEAF_FIRMWARE_FW_CFG_H

#include "firmware/firmware.h"

/*
 * Appends the named file to text; *ret_size is its size in bytes. EFI_NOT_FOUND: this machine is not QEMU, or has no
 * such file; EFI_BUFFER_TOO_SMALL: the text has no room for it, and nothing was appended.
 */
EFI_STATUS fw_cfg_read(const struct firmware *firmware, const char *name, struct text *text, uint32_t *ret_size);

#endif
