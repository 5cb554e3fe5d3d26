/* SPDX-License-Identifier: BSD-2-Clause */
/* An interrupt table of the app's own: a copy of the firmware's in which a few gates are changed. */
#ifndef KVMLEAF_FIRMWARE_X86_64_INTERRUPT_TABLE_H
#define KVMLEAF_FIRMWARE_X86_64_INTERRUPT_TABLE_H

#include "firmware/firmware.h"

/*
 * Loads such a table on this vCPU: faults of the instructions of may_fault.h are skipped, and interrupts of the vector
 * counted are counted (apic.h). Fails where there is no memory for it.
 */
struct efi_call interrupt_table_load(const struct firmware *firmware, uint8_t counted, void **ret_table);

/* IDTR: the register that says where a vCPU's table is. */
struct __attribute__((packed)) table_register {
	UINT16 limit;
	UINT64 base;
};

/* Loads the same table on another vCPU, on which this must run, and the table that was there before again. */
void interrupt_table_share(const void *table, struct table_register *ret_before);
void interrupt_table_unshare(const struct table_register *before);
/* Loads the firmware's table again and frees the other. */
void interrupt_table_unload(void *table);

#endif
