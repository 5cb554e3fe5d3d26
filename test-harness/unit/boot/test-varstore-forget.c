/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An old report is deleted as firmware deletes a variable, by clearing the bit of VAR_DELETED in its state. Also sizes
 * that differ in one byte only.
 */
#include "unit/fake/store.h"

static gboolean forget(const struct store *store)
{
	return varstore_forget(store->bytes, store->size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT);
}

/* edk2 MdeModulePkg/Include/Guid/VariableFormat.h: VAR_DELETED is 0xfd, and a new state is the old one AND it. */
static void test_states(void)
{
	static const struct {
		uint8_t before, after;
		gboolean counts;
	} rows[] = {
		{ ADDED, 0x3d, TRUE },
		{ IN_DELETED_TRANSITION, 0x3c, TRUE },
		{ DELETED, DELETED, FALSE },
		{ DELETED_TOO, DELETED_TOO, FALSE },
		{ HEADER_ONLY, HEADER_ONLY, FALSE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store store;
		g_autofree uint8_t *expected = NULL;
		uint8_t *header;

		store_init(&store, 0x20000);
		header = store_add_report(&store, rows[i].before, "{}");
		expected = g_memdup2(store.bytes, store.size);
		expected[header - store.bytes + 2] = rows[i].after;
		g_assert_cmpint(forget(&store), ==, rows[i].counts);
		/* Only this byte of the store has changed. */
		g_assert_cmpmem(store.bytes, store.size, expected, store.size);
		assert_report(&store, NULL);
		g_assert_false(forget(&store));
		store_clear(&store);
	}
}

static void test_each_copy(void)
{
	struct store store;
	uint8_t *headers[3];

	store_init(&store, 0x20000);
	headers[0] = store_add_report(&store, IN_DELETED_TRANSITION, "old");
	headers[1] = store_add(&store, ADDED, store_report_guid, "KvmLeafOther", "other");
	headers[2] = store_add_report(&store, ADDED, "new");
	assert_report(&store, "new");
	g_assert_true(forget(&store));
	assert_report(&store, NULL);
	g_assert_cmphex(headers[0][2], ==, 0x3c);
	g_assert_cmphex(headers[1][2], ==, ADDED);
	g_assert_cmphex(headers[2][2], ==, 0x3d);
	store_clear(&store);
}

/* A variable of the same name with another vendor GUID stays. */
static void test_others(void)
{
	struct store store;
	uint8_t *header;

	store_init(&store, 0x20000);
	g_assert_false(forget(&store));
	header = store_add(&store, ADDED, store_guid, REPORT_VARIABLE_NAME, "{}");
	g_assert_false(forget(&store));
	g_assert_cmphex(header[2], ==, ADDED);
	store.bytes[40] = 0;
	(void)store_add_report(&store, ADDED, "{}");
	g_assert_false(forget(&store));
	store_clear(&store);
}

/* Sizes have four bytes: a name and data of more than 16 MiB use all of them. */
static void test_four_bytes(void)
{
	enum { MIB = 1024 * 1024, LONG = 8 * MIB + 16 };
	g_autofree char *name = g_strnfill(LONG, 'x'), *data = g_strnfill(16 * MIB + 5, 'd');
	struct variable variable;
	struct store store;

	store_init(&store, 20 * MIB);
	(void)store_add(&store, ADDED, store_report_guid, name, "of a long name");
	(void)store_add_report(&store, ADDED, "behind it");
	assert_report(&store, "behind it");
	g_assert_true(store_find(store.bytes, store.size, name, REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_nonnull(variable.data);
	g_assert_cmpmem(variable.data, variable.length, "of a long name", 14);
	store_clear(&store);
	store_init(&store, 20 * MIB);
	(void)store_add_report(&store, ADDED, data);
	assert_report(&store, data);
	store_clear(&store);
}

/* A long name whose size equals that of the report's name in the three low bytes, and whose beginning is the same. */
static void test_other_size(void)
{
	enum { MIB = 1024 * 1024 };
	struct store store;
	uint8_t *header;

	store_init(&store, 20 * MIB);
	(void)store_add_report(&store, ADDED, "the report");
	header = store_add_report(&store, ADDED, "another");
	header[36 + 3] = 1;
	assert_report(&store, "the report");
	store_clear(&store);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/varstore-forget/states", test_states);
	g_test_add_func("/varstore-forget/each-copy", test_each_copy);
	g_test_add_func("/varstore-forget/others", test_others);
	g_test_add_func("/varstore-forget/four-bytes", test_four_bytes);
	g_test_add_func("/varstore-forget/other-size", test_other_size);
	return g_test_run();
}
