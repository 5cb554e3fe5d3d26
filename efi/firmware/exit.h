/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_EXIT_H
#define KVMLEAF_FIRMWARE_EXIT_H

#include "firmware/firmware.h"

/*
 * Ends the run in the way that --exit asked for. Returns only for --exit=firmware, or where that way does not work,
 * with what efi_main() is to return.
 */
EFI_STATUS exit_as_asked(const struct firmware *firmware, enum exit_status status);
/* What efi_main() returns for this exit status. */
EFI_STATUS exit_efi_status(enum exit_status status);

#endif
