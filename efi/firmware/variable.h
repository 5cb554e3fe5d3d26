/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_VARIABLE_H
#define KVMLEAF_FIRMWARE_VARIABLE_H

#include "core/output/report_table.h"
#include "firmware/firmware.h"

/* What became of the report variable. */
struct variable_result {
	enum report_stored stored;
	const char *reason; /* for REPORT_FAILED: one sentence; else NULL */
	struct efi_call
		call; /* for REPORT_FAILED: what the firmware returned; without a name, there is no room at all */
};

/*
 * Makes the report variable hold the report, with as much detail as the variable store has room for. The variable is
 * written only if it differs, since flash wears out, and is read back and compared. The same report in the same store
 * is therefore written once only, also where it had to be shortened. The report gets a problem where the firmware does
 * not say how large a variable may be.
 */
struct variable_result variable_store(const struct firmware *firmware, struct report *report);

/* Fills report->knows_secure_boot and report->secure_boot. */
void variable_secure_boot(const struct firmware *firmware, struct report *report);

#endif
