/* SPDX-License-Identifier: BSD-2-Clause */
/* Which variable of a store is found: the one that the firmware itself would return. */
#include "unit/fake/store.h"

enum { SIZE = 4096 };

static void test_found(void)
{
	static const char *const data[] = { "{}", "{\"a\":1}\n", "", "x", "xy", "xyz", "wxyz" };

	/* Names and data of each length, since the next header is aligned to 4 bytes. */
	for (size_t i = 0; i < G_N_ELEMENTS(data); i++) {
		struct store store;

		store_init(&store, SIZE);
		(void)store_add(&store, ADDED, store_volume_guid, "Boot0000", data[i]);
		(void)store_add(&store, ADDED, store_volume_guid, "Odd", data[i]);
		(void)store_add_report(&store, ADDED, data[i]);
		(void)store_add(&store, ADDED, store_guid, "Behind", "more");
		assert_report(&store, data[i]);
		store_clear(&store);
	}
}

static void test_absent(void)
{
	struct store store;

	store_init(&store, SIZE);
	assert_report(&store, NULL);
	(void)store_add(&store, ADDED, store_volume_guid, REPORT_VARIABLE_NAME, "other vendor");
	(void)store_add(&store, ADDED, store_report_guid, "KvmLeafRepor", "shorter");
	(void)store_add(&store, ADDED, store_report_guid, "KvmLeafReport2", "longer");
	(void)store_add(&store, ADDED, store_report_guid, "kvmLeafReport", "case");
	(void)store_add(&store, ADDED, store_report_guid, "", "nameless");
	assert_report(&store, NULL);
	(void)store_add_report(&store, ADDED, "at last");
	assert_report(&store, "at last");
	store_clear(&store);
}

/* Characters have 16 bits; one beyond Latin-1 must not be taken for the letter of its low byte. */
static void test_wide_name(void)
{
	struct store store;
	uint8_t *header;

	store_init(&store, SIZE);
	header = store_add_report(&store, ADDED, "data");
	header[61] = 0x01;
	assert_report(&store, NULL);
	header[61] = 0;
	assert_report(&store, "data");
	/* The terminating NUL is compared too. */
	header[60 + 2 * strlen(REPORT_VARIABLE_NAME)] = 'X';
	assert_report(&store, NULL);
	store_clear(&store);
}

/* All 32 bits of the attributes are returned, and none of another variable where the variable is missing. */
static void test_attributes(void)
{
	struct variable variable;
	struct store store;
	uint8_t *header;

	store_init(&store, SIZE);
	header = store_add(&store, ADDED, store_report_guid, "A", "data");
	store_put(header + 4, 0x87654321, 4);
	g_assert_true(store_find(store.bytes, SIZE, "A", REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_cmphex(variable.attributes, ==, 0x87654321);
	g_assert_true(store_find(store.bytes, SIZE, "B", REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_cmphex(variable.attributes, ==, 0);
	g_assert_cmpuint(variable.length, ==, 0);
	store_clear(&store);
}

/* The volume's header may be longer than usual, and a store may be too small for any variable. */
static void test_headers(void)
{
	enum { LONG = 0x148 };
	struct store store;

	store_init(&store, SIZE);
	(void)store_add_report(&store, ADDED, "data");
	memmove(store.bytes + LONG, store.bytes + STORE_HEADER, SIZE - LONG);
	store_put(store.bytes + 48, LONG, 2);
	store_put(store.bytes + LONG + 16, SIZE - LONG, 4);
	assert_report(&store, "data");
	store_clear(&store);

	store_init(&store, STORE_SPACE);
	assert_report(&store, NULL);
	store_clear(&store);
}

static void test_states(void)
{
	for (int state = 0; state < 0x100; state++) {
		struct store store;

		store_init(&store, SIZE);
		(void)store_add_report(&store, (uint8_t)state, "data");
		(void)store_add(&store, ADDED, store_guid, "Behind", "more");
		assert_report(&store, state == ADDED || state == IN_DELETED_TRANSITION ? "data" : NULL);
		store_clear(&store);
	}
}

/* The firmware rewrites a variable in three steps: it marks the old one, writes the new one, and deletes the old one.
 * Power may fail after each step. */
static void test_rewritten(void)
{
	static const struct {
		uint8_t first, second;
		const char *found;
	} rows[] = {
		{ IN_DELETED_TRANSITION, ADDED, "second" },
		{ ADDED, IN_DELETED_TRANSITION, "first" },
		{ IN_DELETED_TRANSITION, HEADER_ONLY, "first" },
		{ IN_DELETED_TRANSITION, DELETED, "first" },
		{ DELETED, ADDED, "second" },
		{ DELETED_TOO, ADDED, "second" },
		{ DELETED, IN_DELETED_TRANSITION, "second" },
		{ ADDED, HEADER_ONLY, "first" },
		{ ADDED, DELETED, "first" },
		{ DELETED, HEADER_ONLY, NULL },
		{ DELETED_TOO, DELETED, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store store;

		store_init(&store, SIZE);
		(void)store_add_report(&store, rows[i].first, "first");
		(void)store_add(&store, ADDED, store_guid, "Between", "more");
		(void)store_add_report(&store, rows[i].second, "second");
		assert_report(&store, rows[i].found);
		store_clear(&store);
	}
}

/* Power failed while a header was written: its sizes are still all ones. */
static void test_torn_header(void)
{
	struct store store;
	uint8_t *header;

	store_init(&store, SIZE);
	(void)store_add_report(&store, IN_DELETED_TRANSITION, "old");
	header = store_add_report(&store, 0xff, "new");
	memset(header + 3, 0xff, 57);
	assert_report(&store, "old");
	store_clear(&store);
}

/*
 * After the power failure the firmware writes the next variable right behind the unfinished header, whatever sizes the
 * header has (edk2 VariableParsing.c, GetNextVariablePtr()).
 */
static void test_behind_torn_header(void)
{
	for (size_t written = 2; written <= 60; written++) {
		struct store store;
		uint8_t *header;

		store_init(&store, SIZE);
		(void)store_add_report(&store, IN_DELETED_TRANSITION, "old");
		header = store_add_report(&store, 0xff, "new");
		memset(header + written, 0xff, store.bytes + store.size - header - written);
		store.used = (size_t)(header - store.bytes) + 60;
		assert_report(&store, "old");
		(void)store_add_report(&store, ADDED, "newer");
		assert_report(&store, "newer");
		store_clear(&store);
	}
}

/* The search ends where there is no header. */
static void test_end_of_list(void)
{
	struct store store;
	uint8_t *between;

	store_init(&store, SIZE);
	between = store_add(&store, ADDED, store_guid, "Between", "more");
	(void)store_add_report(&store, ADDED, "data");
	assert_report(&store, "data");
	between[0] = 0xff;
	assert_report(&store, NULL);
	store_clear(&store);
}

/* A variable may fill the store to its last byte, and must not be one byte longer. */
static void test_full_store(void)
{
	for (size_t over = 0; over < 3; over++) {
		struct store store;
		uint8_t *header;
		size_t room;
		g_autofree char *data = NULL;

		store_init(&store, SIZE);
		room = SIZE - STORE_SPACE - 60 - 2 * sizeof(REPORT_VARIABLE_NAME);
		data = g_strnfill(room, 'x');
		header = store_add_report(&store, ADDED, data);
		store_put(header + 40, room + over, 4);
		assert_report(&store, over == 0 ? data : NULL);
		store_clear(&store);
	}
}

/* The store may end before its volume does; what follows it is not searched. */
static void test_store_shorter_than_volume(void)
{
	struct store store;
	uint8_t *header;

	store_init(&store, SIZE);
	header = store_add_report(&store, ADDED, "data");
	store_put(store.bytes + STORE_HEADER + 16, store.used - STORE_HEADER, 4);
	assert_report(&store, "data");
	store_put(store.bytes + STORE_HEADER + 16, (size_t)(header - store.bytes) + 59 - STORE_HEADER, 4);
	assert_report(&store, NULL);
	store_put(store.bytes + STORE_HEADER + 16, store.used - 4 - STORE_HEADER, 4);
	assert_report(&store, NULL);
	store_clear(&store);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/varstore/found", test_found);
	g_test_add_func("/varstore/absent", test_absent);
	g_test_add_func("/varstore/wide-name", test_wide_name);
	g_test_add_func("/varstore/attributes", test_attributes);
	g_test_add_func("/varstore/headers", test_headers);
	g_test_add_func("/varstore/states", test_states);
	g_test_add_func("/varstore/rewritten", test_rewritten);
	g_test_add_func("/varstore/torn-header", test_torn_header);
	g_test_add_func("/varstore/behind-torn-header", test_behind_torn_header);
	g_test_add_func("/varstore/end-of-list", test_end_of_list);
	g_test_add_func("/varstore/full-store", test_full_store);
	g_test_add_func("/varstore/store-shorter-than-volume", test_store_shorter_than_volume);
	return g_test_run();
}
