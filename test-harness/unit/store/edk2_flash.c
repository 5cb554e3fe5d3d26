/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/store/edk2_flash.h"

#include <string.h>

enum { CLEAR_TRANSITION = 0xfe, CLEAR_DELETED = 0xfd };

uint32_t flash_number(const uint8_t *bytes, int size)
{
	uint32_t value = 0;

	while (size-- > 0)
		value = value << 8 | bytes[size];
	return value;
}

static size_t flash_align(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/* CommonVariableSpace, without room for hardware errors. */
size_t flash_space(const struct edk2_store *edk2)
{
	return edk2->store.size - STORE_SPACE;
}

/* Flash clears bits and sets none: QemuFlashWrite() of OvmfPkg writes one byte after the other. */
static void program(struct edk2_store *edk2, size_t at, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		uint8_t *cell = &edk2->store.bytes[at + i];
		uint8_t value = *cell & ((const uint8_t *)bytes)[i];

		if (edk2->power == 0)
			longjmp(*edk2->off, 1);
		if (edk2->power != EDK2_NO_LIMIT)
			edk2->power--;
		edk2->changed += value != *cell;
		*cell = value;
	}
}

static void set_state(struct edk2_store *edk2, size_t at, uint8_t state)
{
	program(edk2, at + FLASH_STATE, &state, 1);
}

/* IsValidVariableHeader() */
gboolean flash_is_header(const struct edk2_store *edk2, size_t at)
{
	return at + 2 <= edk2->store.size && flash_number(edk2->store.bytes + at, 2) == 0x55aa;
}

/* NameSizeOfVariable() and DataSizeOfVariable(): a header that was not written to its end has no name and no data. */
static gboolean is_complete(const uint8_t *header)
{
	return header[FLASH_STATE] != FLASH_ERASED && flash_number(header + FLASH_DATA_SIZE, 4) != UINT32_MAX &&
	       flash_number(header + FLASH_NAME_SIZE, 4) != UINT32_MAX &&
	       flash_number(header + FLASH_ATTRIBUTES, 4) != UINT32_MAX;
}

/* GetNextVariablePtr() */
size_t flash_size_at(const struct edk2_store *edk2, size_t at)
{
	const uint8_t *header = edk2->store.bytes + at;

	if (!is_complete(header))
		return EDK2_HEADER;
	return flash_align(
		EDK2_HEADER + flash_number(header + FLASH_NAME_SIZE, 4) + flash_number(header + FLASH_DATA_SIZE, 4));
}

static gboolean same_name(const uint8_t *a, const uint8_t *b)
{
	uint32_t size = flash_number(a + FLASH_NAME_SIZE, 4);

	return memcmp(a + FLASH_GUID, b + FLASH_GUID, 16) == 0 && size == flash_number(b + FLASH_NAME_SIZE, 4) &&
	       memcmp(a + EDK2_HEADER, b + EDK2_HEADER, size) == 0;
}

/* FindVariableEx(), for the name in a header that is not in the store. */
struct flash_found flash_find(const struct edk2_store *edk2, const uint8_t *wanted)
{
	struct flash_found found = { 0 };

	for (size_t at = STORE_SPACE; flash_is_header(edk2, at); at += flash_size_at(edk2, at)) {
		const uint8_t *header = edk2->store.bytes + at;

		if ((header[FLASH_STATE] != ADDED && header[FLASH_STATE] != IN_DELETED_TRANSITION) ||
			!same_name(header, wanted))
			continue;
		if (header[FLASH_STATE] == ADDED) {
			found.current = at;
			return found;
		}
		found.in_transition = at;
	}
	found.current = found.in_transition;
	found.in_transition = 0;
	return found;
}

/* Whether Reclaim() keeps what is at this place. skipped: the variable that is replaced. */
gboolean flash_is_kept(const struct edk2_store *edk2, size_t at, const struct flash_found *skipped)
{
	const uint8_t *header = edk2->store.bytes + at;

	if (at == skipped->current || (at == skipped->in_transition && header[FLASH_STATE] != ADDED))
		return FALSE;
	if (header[FLASH_STATE] == ADDED)
		return TRUE;
	return header[FLASH_STATE] == IN_DELETED_TRANSITION &&
	       edk2->store.bytes[flash_find(edk2, header).current + FLASH_STATE] != ADDED;
}

/*
 * Reclaim(). The new content is written by the fault tolerant write driver (FtwVariableSpace()), so that the flash has
 * the old or the new content whenever the power fails.
 */
EFI_STATUS flash_reclaim(
	struct edk2_store *edk2, const struct flash_found *skipped, const uint8_t *added, size_t length)
{
	static uint8_t content[EDK2_SIZE_MAX];
	size_t end = STORE_SPACE;

	g_assert_cmpuint(edk2->store.size, <=, sizeof(content));
	memset(content, FLASH_ERASED, edk2->store.size);
	memcpy(content, edk2->store.bytes, STORE_SPACE);
	for (size_t at = STORE_SPACE; flash_is_header(edk2, at); at += flash_size_at(edk2, at)) {
		size_t size = flash_size_at(edk2, at);

		if (!flash_is_kept(edk2, at, skipped))
			continue;
		memcpy(content + end, edk2->store.bytes + at, size);
		content[end + FLASH_STATE] = ADDED;
		end += size;
	}
	if (end + flash_align(length) > edk2->store.size)
		return EFI_OUT_OF_RESOURCES;
	if (edk2->user_space > 0 && end - STORE_SPACE + flash_align(length) > edk2->user_space)
		return EFI_OUT_OF_RESOURCES;
	if (length > 0) {
		memcpy(content + end, added, length);
		content[end + FLASH_STATE] = ADDED;
	}
	if (edk2->power != EDK2_NO_LIMIT && edk2->power-- == 0)
		longjmp(*edk2->off, 1);
	for (size_t i = 0; i < edk2->store.size; i++)
		edk2->changed += content[i] != edk2->store.bytes[i];
	memcpy(edk2->store.bytes, content, edk2->store.size);
	edk2->last = end + flash_align(length);
	edk2->total = edk2->last - STORE_SPACE;
	return EFI_SUCCESS;
}

/* The second half of UpdateVariable(): appends the variable, or makes room for it first. */
static EFI_STATUS append(struct edk2_store *edk2, uint8_t *added, size_t length, const struct flash_found *old)
{
	static const uint8_t header_valid = HEADER_ONLY, valid = ADDED;

	if (edk2->total + length > flash_space(edk2) ||
		(edk2->user_space > 0 && edk2->total + length > edk2->user_space))
		return flash_reclaim(edk2, old, added, length);
	added[FLASH_STATE] = FLASH_ERASED;
	if (edk2->one_step) {
		program(edk2, edk2->last, added, length);
	} else {
		program(edk2, edk2->last, added, EDK2_HEADER);
		program(edk2, edk2->last + FLASH_STATE, &header_valid, 1);
		program(edk2, edk2->last + EDK2_HEADER, added + EDK2_HEADER, length - EDK2_HEADER);
	}
	program(edk2, edk2->last + FLASH_STATE, &valid, 1);
	edk2->last += flash_align(length);
	edk2->total += flash_align(length);
	if (old->in_transition != 0)
		set_state(edk2, old->in_transition, IN_DELETED_TRANSITION & CLEAR_DELETED);
	if (old->current != 0)
		set_state(edk2, old->current, edk2->store.bytes[old->current + FLASH_STATE] & CLEAR_DELETED);
	return EFI_SUCCESS;
}

/* UpdateVariable(), for a non-volatile variable. added: header, name and data, length bytes. */
EFI_STATUS flash_update(struct edk2_store *edk2, uint8_t *added, size_t length, size_t data_size)
{
	struct flash_found old = flash_find(edk2, added);
	const uint8_t *header = edk2->store.bytes + old.current;

	if (old.current == 0)
		return data_size == 0 ? EFI_NOT_FOUND : append(edk2, added, length, &old);
	if (data_size == 0) {
		if (old.in_transition != 0)
			set_state(edk2, old.in_transition, IN_DELETED_TRANSITION & CLEAR_DELETED);
		set_state(edk2, old.current, header[FLASH_STATE] & CLEAR_DELETED);
		return EFI_SUCCESS;
	}
	if (flash_number(header + FLASH_DATA_SIZE, 4) == data_size &&
		memcmp(header + length - data_size, added + length - data_size, data_size) == 0)
		return EFI_SUCCESS;
	set_state(edk2, old.current, header[FLASH_STATE] & CLEAR_TRANSITION);
	return append(edk2, added, length, &old);
}
