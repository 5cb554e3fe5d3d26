/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app overwrites the variable store's header with zeros, by the flash chip's own commands. */
#include "firmware/variable.h"

__typeof__(variable_store) __wrap_variable_store;

struct variable_result __wrap_variable_store(const struct firmware *firmware, struct report *report)
{
	/* A 4 MiB flash ends at 4 GiB, and the store is at its beginning: the volume's header of 0x48 bytes, then its
	 * own. */
	volatile UINT8 *store = (volatile UINT8 *)(UINTN)0xffc00000;
	enum { STORE_HEADER = 0x48, BYTE_PROGRAM = 0x40, READ_ARRAY = 0xff };

	(void)firmware;
	(void)report;
	for (UINTN i = STORE_HEADER; i < STORE_HEADER + 16; i++) {
		store[i] = BYTE_PROGRAM;
		store[i] = 0;
	}
	store[0] = READ_ARRAY;
	return (struct variable_result){ .stored = REPORT_WRITTEN };
}
