/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to the model of EDK2's variable driver: the variables in flash. Offsets count from the flash's first byte. */
#ifndef KVMLEAF_UNIT_STORE_EDK2_FLASH_H
#define KVMLEAF_UNIT_STORE_EDK2_FLASH_H

#include "unit/store/edk2_store.h"

/*
 * Offsets in a variable's header, and states: MdeModulePkg/Include/Guid/VariableFormat.h, for x86, where only headers
 * are aligned.
 */
enum { FLASH_STATE = 2, FLASH_ATTRIBUTES = 4, FLASH_NAME_SIZE = 36, FLASH_DATA_SIZE = 40, FLASH_GUID = 44 };
enum { FLASH_ERASED = 0xff };

/* VARIABLE_POINTER_TRACK; 0 for none. */
struct flash_found {
	size_t current, in_transition;
};

uint32_t flash_number(const uint8_t *bytes, int size);
/* CommonVariableSpace, without room for hardware errors. */
size_t flash_space(const struct edk2_store *edk2);
/* IsValidVariableHeader() */
gboolean flash_is_header(const struct edk2_store *edk2, size_t at);
/* The bytes from this variable to the next one: GetNextVariablePtr(). */
size_t flash_size_at(const struct edk2_store *edk2, size_t at);
/* FindVariableEx(), for the name in a header that is not in the store. */
struct flash_found flash_find(const struct edk2_store *edk2, const uint8_t *wanted);
/* Whether Reclaim() keeps what is at this place. skipped: the variable that is replaced. */
gboolean flash_is_kept(const struct edk2_store *edk2, size_t at, const struct flash_found *skipped);
/* Reclaim(): makes the store anew without what is deleted and without skipped, and with another variable behind. */
EFI_STATUS flash_reclaim(
	struct edk2_store *edk2, const struct flash_found *skipped, const uint8_t *added, size_t length);
/* UpdateVariable(), for a non-volatile variable. added: header, name and data, length bytes. */
EFI_STATUS flash_update(struct edk2_store *edk2, uint8_t *added, size_t length, size_t data_size);

#endif
