/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/varstore.h"

#include <string.h>

#include "base/error.h"

/* Offsets in the firmware volume's header. */
enum { FV_GUID = 16, FV_LENGTH = 32, FV_SIGNATURE = 40, FV_HEADER_LENGTH = 48, FV_HEADER_MIN = 56 };
/* Offsets in the store's header, which follows it. */
enum { STORE_SIZE = 16, STORE_FORMAT = 20, STORE_STATE = 21, STORE_HEADER_SIZE = 28 };
/* Offsets in each variable's header; the name follows it, the data follow the name. */
enum { VAR_STATE = 2, VAR_ATTRIBUTES = 4, VAR_NAME_SIZE = 36, VAR_DATA_SIZE = 40, VAR_GUID = 44, VAR_HEADER_SIZE = 60 };
enum { GUID_SIZE = 16, START_ID = 0x55aa, FORMATTED = 0x5a, HEALTHY = 0xfe, ALIGNMENT = 4 };
/*
 * Flash can only clear bits, so a variable's state goes from added to in-deleted-transition, while its successor is
 * written, to deleted.
 */
enum { STATE_ERASED = 0xff, STATE_ADDED = 0x3f, STATE_IN_DELETED_TRANSITION = 0x3e, STATE_DELETED = 0xfd };

static const char system_nv_data_guid[] = "fff12b8d-7696-4c8b-a985-2747075b4f50";
static const char authenticated_store_guid[] = "aaf32c78-947b-439a-a180-2e144ec37792";

static uint64_t number_at(const uint8_t *bytes, int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | bytes[size];
	return value;
}

/* A GUID's first three fields are little-endian in memory, the last two are strings of bytes. */
static gboolean guid_equals(const uint8_t *bytes, const char *text)
{
	char spelled[37];

	g_snprintf(spelled, sizeof(spelled), "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		(unsigned)number_at(bytes, 4), (unsigned)number_at(bytes + 4, 2), (unsigned)number_at(bytes + 6, 2),
		bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]);
	return g_ascii_strcasecmp(spelled, text) == 0;
}

size_t varstore_size(const uint8_t *store, size_t length)
{
	if (length < FV_HEADER_MIN || memcmp(store + FV_SIGNATURE, "_FVH", 4) != 0 ||
		!guid_equals(store + FV_GUID, system_nv_data_guid))
		return 0;
	return number_at(store + FV_LENGTH, 8);
}

/* The offsets of the first variable and of the end of the store. */
static gboolean find_variables(const uint8_t *store, size_t length, size_t *ret_start, size_t *ret_end, GError **error)
{
	size_t volume = varstore_size(store, length);
	size_t header, size;

	if (volume == 0 || volume > length) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED, "not a variable store: %s",
			volume == 0 ? "no firmware volume with the system NV data GUID at offset 0"
				    : "the file is shorter than its firmware volume");
		return FALSE;
	}
	header = number_at(store + FV_HEADER_LENGTH, 2);
	if (header + STORE_HEADER_SIZE > volume || !guid_equals(store + header, authenticated_store_guid)) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"not a variable store: no authenticated variable store at offset 0x%zx", header);
		return FALSE;
	}
	size = number_at(store + header + STORE_SIZE, 4);
	if (store[header + STORE_FORMAT] != FORMATTED || store[header + STORE_STATE] != HEALTHY ||
		size < STORE_HEADER_SIZE || size > volume - header) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"the variable store is damaged: format 0x%02x (0x5a expected), state 0x%02x (0xfe), size 0x%zx",
			store[header + STORE_FORMAT], store[header + STORE_STATE], size);
		return FALSE;
	}
	*ret_start = header + STORE_HEADER_SIZE;
	*ret_end = header + size;
	return TRUE;
}

static gboolean name_equals(const uint8_t *wide, size_t size, const char *name)
{
	size_t length = strlen(name);

	if (size != (length + 1) * 2)
		return FALSE;
	for (size_t i = 0; i <= length; i++)
		if (number_at(wide + 2 * i, 2) != (uint8_t)name[i])
			return FALSE;
	return TRUE;
}

/*
 * The bytes of a variable's name and data. After a power failure in the middle of a header there are none for the
 * firmware either, and it writes the next variable right behind the header (edk2 VariableParsing.c,
 * NameSizeOfVariable() and DataSizeOfVariable()).
 */
static uint64_t content_size(const uint8_t *header)
{
	uint64_t name_size = number_at(header + VAR_NAME_SIZE, 4), data_size = number_at(header + VAR_DATA_SIZE, 4);

	if (header[VAR_STATE] == STATE_ERASED || name_size == UINT32_MAX || data_size == UINT32_MAX ||
		number_at(header + VAR_ATTRIBUTES, 4) == UINT32_MAX)
		return 0;
	return name_size + data_size;
}

/* The header of the variable at offset *at, which is moved to the next one; NULL at the end. */
static const uint8_t *next_variable(const uint8_t *store, size_t *at, size_t end)
{
	const uint8_t *header = store + *at;
	uint64_t size;

	if (*at + VAR_HEADER_SIZE > end || number_at(header, 2) != START_ID)
		return NULL;
	size = content_size(header);
	if (size > end - *at - VAR_HEADER_SIZE)
		return NULL;
	*at += VAR_HEADER_SIZE + size;
	*at += (ALIGNMENT - *at % ALIGNMENT) % ALIGNMENT;
	return header;
}

static gboolean is_variable(const uint8_t *header, const char *name, const char *guid)
{
	return content_size(header) > 0 && guid_equals(header + VAR_GUID, guid) &&
	       name_equals(header + VAR_HEADER_SIZE, number_at(header + VAR_NAME_SIZE, 4), name);
}

gboolean varstore_find(
	const uint8_t *store, size_t length, const char *name, const char *guid, struct variable *ret, GError **error)
{
	const uint8_t *header;
	size_t at, end;

	*ret = (struct variable){ 0 };
	if (!find_variables(store, length, &at, &end, error))
		return FALSE;
	while ((header = next_variable(store, &at, end)) != NULL) {
		uint8_t state = header[VAR_STATE];

		if ((state == STATE_ADDED || (state == STATE_IN_DELETED_TRANSITION && ret->data == NULL)) &&
			is_variable(header, name, guid)) {
			ret->attributes = (uint32_t)number_at(header + VAR_ATTRIBUTES, 4);
			ret->data = header + VAR_HEADER_SIZE + number_at(header + VAR_NAME_SIZE, 4);
			ret->length = number_at(header + VAR_DATA_SIZE, 4);
		}
	}
	return TRUE;
}

gboolean varstore_forget(uint8_t *store, size_t length, const char *name, const char *guid)
{
	const uint8_t *header;
	gboolean found = FALSE;
	size_t at, end;

	if (!find_variables(store, length, &at, &end, NULL))
		return FALSE;
	while ((header = next_variable(store, &at, end)) != NULL) {
		uint8_t state = header[VAR_STATE];

		if ((state != STATE_ADDED && state != STATE_IN_DELETED_TRANSITION) || !is_variable(header, name, guid))
			continue;
		store[header - store + VAR_STATE] &= STATE_DELETED;
		found = TRUE;
	}
	return found;
}
