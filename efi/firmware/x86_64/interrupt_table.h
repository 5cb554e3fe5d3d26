/* SPDX-License-Identifier: BSD-2-Clause */
/* An interrupt table of our own: the firmware's, with a few gates changed. */
#ifndef KVMLEAF_FIRMWARE_X86_64_INTERRUPT_TABLE_H
#define KVMLEAF_FIRMWARE_X86_64_INTERRUPT_TABLE_H

#include "firmware/firmware.h"

/* Loads a copy of this vCPU's table whose faults are skipped over and whose vector is counted; NULL without memory. */
void *interrupt_table_load(const struct firmware *firmware, uint8_t vector);
/* Puts the firmware's own back. */
void interrupt_table_unload(const struct firmware *firmware, void *table);

#endif
