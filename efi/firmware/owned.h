/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the firmware lends, given back by itself: a variable that is declared with AUTO_POOL or AUTO_FILE releases what
 * it owns wherever its scope is left.
 */
#ifndef KVMLEAF_FIRMWARE_OWNED_H
#define KVMLEAF_FIRMWARE_OWNED_H

#include "firmware/firmware.h"

/* Initialize with { 0 }: that owns nothing. */
struct pool_memory {
	EFI_BOOT_SERVICES *boot;
	void *bytes;
};

struct efi_call pool_allocate(const struct firmware *firmware, UINTN size, struct pool_memory *ret_memory);
void pool_free(struct pool_memory *memory);
/* Gives up the ownership: the memory is never freed. */
void pool_leave(struct pool_memory *memory);
#define AUTO_POOL __attribute__((cleanup(pool_free))) struct pool_memory

/* Initialize with NULL: that owns nothing. */
void file_close(EFI_FILE_HANDLE *file);
#define AUTO_FILE __attribute__((cleanup(file_close))) EFI_FILE_HANDLE

#endif
