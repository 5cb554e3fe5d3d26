/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_ROM_H
#define KVMLEAF_BOOT_ROM_H

#include "firmware.h"

/*
 * Makes, once, a ROM image for QEMU's -bios from a CODE and VARS pair, and returns its path in the cache folder.
 * Guests that need no lasting variable store boot several times faster from it.
 */
char *rom_make(const struct firmware *firmware, const char *cache, GError **error);

#endif
