/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/store.h"

#include <string.h>

/* GUIDs as they lie in memory: three little-endian fields, then eight bytes. */
const uint8_t store_volume_guid[16] = { 0x8d, 0x2b, 0xf1, 0xff, 0x96, 0x76, 0x8b, 0x4c, 0xa9, 0x85, 0x27, 0x47, 0x07,
	0x5b, 0x4f, 0x50 };
const uint8_t store_guid[16] = { 0x78, 0x2c, 0xf3, 0xaa, 0x7b, 0x94, 0x9a, 0x43, 0xa1, 0x80, 0x2e, 0x14, 0x4e, 0xc3,
	0x77, 0x92 };
const uint8_t store_report_guid[16] = { 0xcc, 0x78, 0x41, 0x84, 0xab, 0x75, 0x84, 0x49, 0x86, 0x74, 0x51, 0x45, 0x28,
	0xc3, 0xb1, 0x7a };

void store_put(uint8_t *bytes, uint64_t value, int size)
{
	for (int i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

void store_init(struct store *store, size_t size)
{
	uint8_t *bytes = g_malloc(size);

	*store = (struct store){ bytes, size, STORE_SPACE };
	memset(bytes, 0xff, size);
	memset(bytes, 0, STORE_SPACE);
	memcpy(bytes + 16, store_volume_guid, 16);
	store_put(bytes + 32, size, 8);
	memcpy(bytes + 40, "_FVH", 4);
	store_put(bytes + 48, STORE_HEADER, 2);
	bytes[55] = 2;
	store_put(bytes + 56, size / 4096, 4);
	store_put(bytes + 60, 4096, 4);
	memcpy(bytes + STORE_HEADER, store_guid, 16);
	store_put(bytes + STORE_HEADER + 16, size - STORE_HEADER, 4);
	bytes[STORE_HEADER + 20] = 0x5a;
	bytes[STORE_HEADER + 21] = 0xfe;
}

void store_clear(struct store *store)
{
	g_free(store->bytes);
}

uint8_t *store_add(struct store *store, uint8_t state, const uint8_t *guid, const char *name, const char *data)
{
	uint8_t *header = store->bytes + store->used;
	size_t units = strlen(name) + 1;
	size_t length = strlen(data);

	g_assert_cmpuint(store->used + 60 + 2 * units + length, <=, store->size);
	memset(header, 0, 60);
	store_put(header, 0x55aa, 2);
	header[2] = state;
	store_put(header + 4, 7, 4);
	store_put(header + 36, 2 * units, 4);
	store_put(header + 40, length, 4);
	memcpy(header + 44, guid, 16);
	for (size_t i = 0; i < units; i++)
		store_put(header + 60 + 2 * i, (uint8_t)name[i], 2);
	memcpy(header + 60 + 2 * units, data, length);
	store->used = (store->used + 60 + 2 * units + length + 3) & ~(size_t)3;
	return header;
}

uint8_t *store_add_report(struct store *store, uint8_t state, const char *data)
{
	return store_add(store, state, store_report_guid, REPORT_VARIABLE_NAME, data);
}

gboolean store_find(const uint8_t *bytes, size_t size, const char *name, const char *guid, struct variable *ret)
{
	GError *error = NULL;

	if (!varstore_find(bytes, size, name, guid, ret, &error)) {
		g_assert_nonnull(error);
		g_assert_null(strchr(error->message, '\n'));
		g_error_free(error);
		return FALSE;
	}
	g_assert_no_error(error);
	if (ret->data != NULL) {
		g_assert_true(ret->data >= bytes && ret->data <= bytes + size);
		g_assert_cmpuint(ret->length, <=, (size_t)(bytes + size - ret->data));
	}
	return TRUE;
}

void assert_report(const struct store *store, const char *expected)
{
	struct variable variable;

	g_assert_true(
		store_find(store->bytes, store->size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_cmpint(variable.data != NULL, ==, expected != NULL);
	if (expected == NULL)
		return;
	g_assert_cmpmem(variable.data, variable.length, expected, strlen(expected));
	g_assert_cmphex(variable.attributes, ==, 7);
}

void assert_refused(const struct store *store)
{
	struct variable variable;

	g_assert_false(
		store_find(store->bytes, store->size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
}
