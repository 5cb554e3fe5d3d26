/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's fw_cfg device, by which a CI run can pass arguments to an image without changing it. */
#ifndef KVMLEAF_FIRMWARE_FW_CFG_H
#define KVMLEAF_FIRMWARE_FW_CFG_H

#include "firmware/firmware.h"

/*
 * Appends the named file to text, as much of it as there is room for; text->overflow tells that it did not fit.
 * *ret_size is the file's size in bytes. FALSE where there is no fw_cfg, or no such file in it.
 */
BOOLEAN fw_cfg_read(const struct firmware *firmware, const char *name, struct text *text, uint32_t *ret_size);

#endif
