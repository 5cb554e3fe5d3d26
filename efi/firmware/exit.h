/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_EXIT_H
#define KVMLEAF_FIRMWARE_EXIT_H

#include "firmware/firmware.h"

/* Ends the run the way that was asked for. Returns, with what efi_main shall return, where that way is the firmware's
 * or does not work. */
EFI_STATUS exit_as_asked(const struct firmware *firmware, enum exit_status status);

#endif
