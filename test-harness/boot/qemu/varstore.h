/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads and deletes variables in the image of an OVMF variable store: an EFI firmware volume that holds an
 * authenticated variable store. Layout: edk2 MdeModulePkg/Include/Guid/VariableFormat.h and SystemNvDataGuid.h,
 * MdePkg/Include/Pi/PiFirmwareVolume.h. All numbers are little-endian, all lengths in bytes.
 */
#ifndef KVMLEAF_BOOT_QEMU_VARSTORE_H
#define KVMLEAF_BOOT_QEMU_VARSTORE_H

#include <glib.h>
#include <stdint.h>

struct variable {
	uint32_t attributes;
	const uint8_t *data; /* points into the store; not to be freed */
	size_t length;
};

/*
 * Finds the variable of that ASCII name and GUID (in efivarfs's spelling). Where an update of it was interrupted, its
 * old value is found, as by the firmware. TRUE with ret->data NULL where the store has no such variable; FALSE with
 * BOOT_FAILED where the store is damaged or is none.
 */
gboolean varstore_find(
	const uint8_t *store, size_t length, const char *name, const char *guid, struct variable *ret, GError **error);

/* Marks every copy of that variable as deleted, as firmware does. FALSE where there is none, or no variable store. */
gboolean varstore_forget(uint8_t *store, size_t length, const char *name, const char *guid);

/* The size in bytes of the firmware volume; 0 where the bytes do not begin with that of a variable store. */
size_t varstore_size(const uint8_t *store, size_t length);

#endif
