/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a ROM image of UEFI firmware: it boots faster than from flash, and keeps its variables in memory only. */
#ifndef KVMLEAF_BOOT_QEMU_ROM_H
#define KVMLEAF_BOOT_QEMU_ROM_H

#include "qemu/firmware.h"

/* The path of the image in the cache, which is made where it is absent or damaged. To be freed; NULL with an error. */
char *rom_make(const struct firmware *firmware, const char *cache, GError **error);

#endif
