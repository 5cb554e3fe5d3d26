/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a variable out of an OVMF variable store as it lies in a file: an EFI firmware volume that holds an
 * authenticated variable store. Layout: edk2 MdeModulePkg/Include/Guid/VariableFormat.h and SystemNvDataGuid.h,
 * MdePkg/Include/Pi/PiFirmwareVolume.h. All numbers are little-endian.
 */
#ifndef KVMLEAF_BOOT_QEMU_VARSTORE_H
#define KVMLEAF_BOOT_QEMU_VARSTORE_H

#include <glib.h>
#include <stdint.h>

struct variable {
	uint32_t attributes;
	const uint8_t *data; /* inside the store */
	size_t length;
};

/*
 * Finds the variable of that ASCII name and GUID (efivarfs's spelling). A variable whose rewriting was cut off counts
 * with its old value, as the firmware itself would have it. ret->data is NULL, and no error is set, where the store
 * is good but has no such variable.
 */
gboolean varstore_find(
	const uint8_t *store, size_t length, const char *name, const char *guid, struct variable *ret, GError **error);

/* Deletes each copy of that variable, as firmware would, in the bytes given. FALSE where there is none to delete. */
gboolean varstore_forget(uint8_t *store, size_t length, const char *name, const char *guid);

/* The size in bytes of the firmware volume, 0 for what is no variable store. */
size_t varstore_size(const uint8_t *store, size_t length);

#endif
