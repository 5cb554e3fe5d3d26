/* SPDX-License-Identifier: BSD-2-Clause */
/* Files on the volume that the app was loaded from. Paths are ASCII, with backslashes. */
#ifndef KVMLEAF_FIRMWARE_VOLUME_H
#define KVMLEAF_FIRMWARE_VOLUME_H

#include "firmware/firmware.h"

/*
 * Reads a file of fewer than capacity bytes. The status is EFI_NOT_FOUND where there is no volume or no such file, and
 * EFI_BUFFER_TOO_SMALL for a longer file.
 */
struct efi_call volume_read(
	const struct firmware *firmware, const char *path, char *buffer, UINTN capacity, UINTN *ret_length);
/*
 * Creates or replaces a file. Its folder must exist. The bytes are first written beside it, to a file with ".new"
 * behind the path, or ".tmp" where an earlier run left a ".new" and no file at the path. Then the old file is deleted,
 * and the new one gets its name. So there is a whole file, the old or the new one, whenever the power fails, and the
 * old one stays where the new one cannot be written. Files that an earlier run left under these names are removed in
 * the end.
 */
struct efi_call volume_write(const struct firmware *firmware, const char *path, char *bytes, UINTN length);

#endif
