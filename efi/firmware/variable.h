/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_VARIABLE_H
#define KVMLEAF_FIRMWARE_VARIABLE_H

#include "firmware/firmware.h"
#include "core/output/report_table.h"

/* How many bytes the report variable may have, REPORT_SIZE_MAX at most; notes in the report where nobody says. */
UINTN variable_capacity(const struct firmware *firmware, struct report *report);

/*
 * Makes the report variable hold these bytes: written only when it differs (flash wears out), read back and compared.
 * REPORT_FAILED leaves the reason in ret_status; EFI_VOLUME_CORRUPTED for a store that gave back something else.
 */
enum report_stored variable_store(const struct firmware *firmware, char *json, UINTN length, EFI_STATUS *ret_status);

/* Whether Secure Boot is on, where the firmware says. */
void variable_secure_boot(const struct firmware *firmware, struct report *report);

#endif
