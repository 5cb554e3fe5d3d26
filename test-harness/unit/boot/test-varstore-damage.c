/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are no variable store, or a damaged one: refused with one line, and never read beyond their end. */
#include "unit/fake/store.h"

#define GLOBAL_GUID "8be4df61-93ca-11d2-aa0d-00e098032b8c" /* EFI_GLOBAL_VARIABLE */

enum { SIZE = 4096, SMALL = 0x180 };

static void small_store(struct store *store)
{
	store_init(store, SMALL);
	(void)store_add(store, ADDED, store_volume_guid, "Odd", "xyz");
	(void)store_add_report(store, IN_DELETED_TRANSITION, "{}");
}

static void test_not_a_store(void)
{
	/* Offsets of bytes that identify a good store. Each of them is made wrong. */
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = { { 16, 0 }, { 31, 0 }, { 40, 'f' }, { 43, 0 }, { STORE_HEADER, 0 }, { STORE_HEADER + 15, 0 },
		{ STORE_HEADER + 20, 0xff }, { STORE_HEADER + 20, 0 }, { STORE_HEADER + 21, 0xff },
		{ STORE_HEADER + 21, 0 }, { STORE_HEADER + 21, 0x7e } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store store;

		store_init(&store, SIZE);
		(void)store_add_report(&store, ADDED, "data");
		assert_report(&store, "data");
		store.bytes[rows[i].at] = rows[i].value;
		assert_refused(&store);
		store_clear(&store);
	}
}

/* The older format without authentication has headers that are 28 bytes shorter, so it is refused. */
static void test_plain_store(void)
{
	static const uint8_t plain[16] = { 0x16, 0x36, 0xcf, 0xdd, 0x75, 0x32, 0x64, 0x41, 0x98, 0xb6, 0xfe, 0x85, 0x70,
		0x7f, 0xfe, 0x7d };
	struct store store;

	store_init(&store, SIZE);
	(void)store_add_report(&store, ADDED, "data");
	memcpy(store.bytes + STORE_HEADER, plain, 16);
	assert_refused(&store);
	store_clear(&store);
}

/* The lengths of volume, header and store, each with the last good value and the first wrong one. */
static void test_sizes(void)
{
	static const struct {
		size_t at;
		int size;
		uint64_t value;
		gboolean good;
	} rows[] = {
		{ 32, 8, SIZE, TRUE },
		{ 32, 8, SIZE + 1, FALSE },
		{ 32, 8, SIZE - 1, FALSE }, /* here the store is longer than its volume */
		{ 32, 8, 0, FALSE },
		{ 32, 8, STORE_SPACE, FALSE },
		{ 32, 8, UINT64_MAX, FALSE },
		{ 32, 8, (uint64_t)1 << 32 | SIZE, FALSE },
		{ 48, 2, 0, FALSE },
		{ 48, 2, STORE_HEADER + 1, FALSE },
		{ 48, 2, SIZE - 27, FALSE },
		{ 48, 2, 0xffff, FALSE },
		{ STORE_HEADER + 16, 4, SIZE - STORE_HEADER, TRUE },
		{ STORE_HEADER + 16, 4, SIZE - STORE_HEADER + 1, FALSE },
		{ STORE_HEADER + 16, 4, 27, FALSE },
		{ STORE_HEADER + 16, 4, 0, FALSE },
		{ STORE_HEADER + 16, 4, UINT32_MAX, FALSE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store store;

		store_init(&store, SIZE);
		(void)store_add_report(&store, ADDED, "data");
		store_put(store.bytes + rows[i].at, rows[i].value, rows[i].size);
		if (rows[i].good)
			assert_report(&store, "data");
		else
			assert_refused(&store);
		store_clear(&store);
	}
}

/* Each reason has its own message: the bytes to write, and the message. */
static void test_words(void)
{
	static const struct {
		size_t at;
		int size;
		uint64_t value;
		const char *line;
	} rows[] = {
		{ 40, 1, 'f', "not a variable store: no firmware volume with the system NV data GUID at offset 0" },
		{ 32, 8, SIZE + 1, "not a variable store: the file is shorter than its firmware volume" },
		{ 39, 1, 0x01, "not a variable store: the file is shorter than its firmware volume" },
		{ STORE_HEADER, 1, 0, "not a variable store: no authenticated variable store at offset 0x48" },
		{ 48, 2, SIZE - 27, "not a variable store: no authenticated variable store at offset 0xfe5" },
		{ STORE_HEADER + 20, 1, 0x5b,
			"the variable store is damaged: format 0x5b (0x5a expected), state 0xfe (0xfe), size 0xfb8" },
		{ STORE_HEADER + 21, 1, 0x7e,
			"the variable store is damaged: format 0x5a (0x5a expected), state 0x7e (0xfe), size 0xfb8" },
		{ STORE_HEADER + 19, 1, 0x01,
			"the variable store is damaged: format 0x5a (0x5a expected), state 0xfe (0xfe), size "
			"0x1000fb8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		struct variable variable;
		struct store store;

		store_init(&store, SIZE);
		/* Only 27 bytes of the second store's header are inside of the volume. */
		memcpy(store.bytes + SIZE - 27, store.bytes + STORE_HEADER, 27);
		store_put(store.bytes + rows[i].at, rows[i].value, rows[i].size);
		g_assert_false(varstore_find(store.bytes, SIZE, "A", GLOBAL_GUID, &variable, &error));
		g_assert_cmpstr(error->message, ==, rows[i].line);
		store_clear(&store);
	}
}

/* Sizes of name and data that reach beyond the store, alone or together, or whose sum overflows. */
static void test_variable_sizes(void)
{
	static const uint32_t sizes[][2] = { { UINT32_MAX, UINT32_MAX }, { UINT32_MAX, 0 }, { 0, UINT32_MAX },
		{ 28, UINT32_MAX }, { 28, UINT32_MAX - 27 }, { UINT32_MAX - 27, 28 }, { 0x80000000, 0x80000000 },
		{ 28, SIZE }, { SIZE, 4 }, { 28, SIZE - STORE_SPACE - 60 - 28 + 1 }, { 27, 4 }, { 29, 4 }, { 26, 4 },
		{ 0, 4 }, { 1, 4 }, { 2, 4 }, { 0x01000000 | 28, 4 }, { 28, 0x01000000 | 4 } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct store store;
		uint8_t *header;

		store_init(&store, SIZE);
		header = store_add_report(&store, ADDED, "data");
		store_put(header + 36, sizes[i][0], 4);
		store_put(header + 40, sizes[i][1], 4);
		assert_report(&store, NULL);
		store_clear(&store);
	}
}

static void test_truncated(void)
{
	struct store store;

	small_store(&store);
	assert_report(&store, "{}");
	for (size_t length = 0; length < SMALL; length++) {
		uint8_t *copy = g_memdup2(store.bytes, length);
		struct variable variable;

		g_assert_false(store_find(copy, length, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
		g_free(copy);
	}
	store_clear(&store);
}

static void test_every_byte(void)
{
	struct store store;

	small_store(&store);
	for (size_t at = 0; at < SMALL; at++) {
		uint8_t good = store.bytes[at];

		for (int value = 0; value < 0x100; value++) {
			struct variable variable;

			store.bytes[at] = (uint8_t)value;
			(void)store_find(
				store.bytes, SMALL, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable);
		}
		store.bytes[at] = good;
	}
	assert_report(&store, "{}");
	store_clear(&store);
}

static void test_size(void)
{
	struct store store;

	store_init(&store, SIZE);
	g_assert_cmpuint(varstore_size(store.bytes, SIZE), ==, SIZE);
	g_assert_cmpuint(varstore_size(store.bytes, 56), ==, SIZE);
	g_assert_cmpuint(varstore_size(store.bytes, 55), ==, 0);
	g_assert_cmpuint(varstore_size(store.bytes, 0), ==, 0);
	store.bytes[40] = 0;
	g_assert_cmpuint(varstore_size(store.bytes, SIZE), ==, 0);
	store_clear(&store);
}

/* edk2's own stores, as a distribution ships them. */
static void find_in_template(const char *path, const char *name, struct variable *ret)
{
	g_autofree char *bytes = NULL;
	gsize size;

	if (!g_file_get_contents(path, &bytes, &size, NULL)) {
		g_test_skip("this distribution has no such template");
		return;
	}
	g_assert_cmpuint(varstore_size((const uint8_t *)bytes, size), ==, size);
	g_assert_cmpuint(size, ==, 0x84000);
	g_assert_true(store_find((const uint8_t *)bytes, size, name, GLOBAL_GUID, ret));
	ret->data = ret->data != NULL ? (const uint8_t *)"" : NULL; /* the bytes are freed with this function's file */
}

static void test_empty_template(void)
{
	static const char *const names[] = { REPORT_VARIABLE_NAME, "PK", "BootOrder" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct variable variable = { 0 };

		find_in_template("/usr/share/OVMF/OVMF_VARS_4M.fd", names[i], &variable);
		g_assert_null(variable.data);
	}
}

/* A store with Microsoft's keys: PK is one X.509 signature list with the attributes authenticated, NV, BS, RT. */
static void test_enrolled_template(void)
{
	struct variable variable = { .attributes = 0x27, .data = (const uint8_t *)"", .length = 100 };

	find_in_template("/usr/share/OVMF/OVMF_VARS_4M.ms.fd", "PK", &variable);
	g_assert_nonnull(variable.data);
	g_assert_cmphex(variable.attributes, ==, 0x27);
	g_assert_cmpuint(variable.length, >, 44);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/varstore/not-a-store", test_not_a_store);
	g_test_add_func("/varstore/plain-store", test_plain_store);
	g_test_add_func("/varstore/sizes", test_sizes);
	g_test_add_func("/varstore/words", test_words);
	g_test_add_func("/varstore/variable-sizes", test_variable_sizes);
	g_test_add_func("/varstore/truncated", test_truncated);
	g_test_add_func("/varstore/every-byte", test_every_byte);
	g_test_add_func("/varstore/size", test_size);
	g_test_add_func("/varstore/empty-template", test_empty_template);
	g_test_add_func("/varstore/enrolled-template", test_enrolled_template);
	return g_test_run();
}
