/* SPDX-License-Identifier: BSD-2-Clause */
/* Files on the volume that the app was loaded from. */
#ifndef KVMLEAF_FIRMWARE_VOLUME_H
#define KVMLEAF_FIRMWARE_VOLUME_H

#include "firmware/firmware.h"

/* Reads a file of at most capacity bytes. EFI_NOT_FOUND: no volume, or no such file; EFI_BUFFER_TOO_SMALL: longer. */
EFI_STATUS volume_read(
	const struct firmware *firmware, const char *path, char *buffer, UINTN capacity, UINTN *ret_length);
/* Makes or replaces a file. Its folder must exist. */
EFI_STATUS volume_write(const struct firmware *firmware, const char *path, char *bytes, UINTN length);

#endif
