/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_LEAVE_H
#define KVMLEAF_LEAVE_H

#include "firmware/firmware.h"

/* Ends the run the way that was asked for. Returns, with what efi_main shall return, where that way is the firmware's
 * or does not work. */
EFI_STATUS leave(const struct firmware *firmware, enum exit_status status);

#endif
