/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_FIRMWARE_VCPUS_H
#define KVMLEAF_FIRMWARE_VCPUS_H

#include "firmware/firmware.h"

/*
 * Counts the enabled processors and, once the first has been looked at, holds every other one against it: all of them
 * at once, by the MP services (UEFI PI specification, volume 2, section 13.4). Without those, the first alone counts.
 */
void vcpus_examine(const struct firmware *firmware, struct report *report);

#endif
