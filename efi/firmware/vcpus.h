/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_VCPUS_H
#define KVMLEAF_VCPUS_H

#include "firmware.h"

/* How many enabled processors there are, from the MP services (UEFI PI specification, volume 2, section 13.4). */
void vcpus_count(const struct firmware *firmware, struct report *report);

#endif
