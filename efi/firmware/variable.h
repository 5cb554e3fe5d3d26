/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_VARIABLE_H
#define KVMLEAF_FIRMWARE_VARIABLE_H

#include "core/output/report_table.h"
#include "firmware/firmware.h"

/* How many bytes the report variable may have: REPORT_SIZE_MAX, or less where the firmware's limit is lower. */
UINTN variable_capacity(const struct firmware *firmware, struct report *report);

/*
 * Makes the report variable hold these bytes. It is written only if it differs, since flash wears out, and is read back
 * and compared. For REPORT_FAILED *ret_status is the reason: EFI_VOLUME_CORRUPTED if other bytes were read back.
 */
enum report_stored variable_store(const struct firmware *firmware, char *json, UINTN length, EFI_STATUS *ret_status);

/* Fills report->knows_secure_boot and report->secure_boot. */
void variable_secure_boot(const struct firmware *firmware, struct report *report);

#endif
