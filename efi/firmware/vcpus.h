/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_VCPUS_H
#define KVMLEAF_FIRMWARE_VCPUS_H

#include "firmware/firmware.h"

/*
 * Sets report->vcpu_count and compares every other enabled processor with the first, from which discover() has filled
 * the report. All run at once, by the MP services (UEFI PI specification, volume 2, 13.4). Firmware without these
 * services leaves the count at 1, and a problem in the report.
 */
void vcpus_compare_others(const struct firmware *firmware, struct report *report);

#endif
