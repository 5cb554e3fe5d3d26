/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_X86_64_ACPI_H
#define KVMLEAF_FIRMWARE_X86_64_ACPI_H

#include "core/probe/pm_timer.h"
#include "firmware/firmware.h"

/* FALSE where the firmware has no ACPI tables, or these no PM timer. */
BOOLEAN acpi_pm_timer(const struct firmware *firmware, struct pm_timer *ret);

#endif
