/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware as a ROM image, which starts sooner than from flash and keeps its variables in memory. */
#ifndef KVMLEAF_BOOT_QEMU_ROM_H
#define KVMLEAF_BOOT_QEMU_ROM_H

#include "qemu/firmware.h"

/* The path of the image in the cache, made where it is absent or damaged; NULL and one line where it cannot be. */
char *rom_make(const struct firmware *firmware, const char *cache, GError **error);

#endif
