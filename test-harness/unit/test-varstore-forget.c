/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A variable that is deleted from a store as firmware would: its state loses the bit of VAR_DELETED (edk2
 * MdeModulePkg/Include/Guid/VariableFormat.h), and nothing else changes, since flash can only clear bits.
 */
#include "store.h"

enum { SIZE = 4096 };

static gboolean forget(const struct store *store)
{
	return varstore_forget(store->bytes, store->size, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT);
}

/* The only byte that may differ is the state of these headers. */
static void assert_only_deleted(const struct store *store, const uint8_t *before, const size_t *headers, size_t count)
{
	for (size_t at = 0; at < store->size; at++) {
		gboolean is_state = FALSE;

		for (size_t i = 0; i < count; i++)
			is_state = is_state || at == headers[i] + 2;
		g_assert_cmphex(store->bytes[at], ==, is_state ? before[at] & 0xfd : before[at]);
	}
}

static void test_live_copies(void)
{
	struct store store;
	g_autofree uint8_t *before = NULL;
	size_t headers[2];

	store_init(&store, SIZE);
	(void)store_add(&store, ADDED, store_report_guid, "Another", "stays");
	headers[0] = (size_t)(store_add_report(&store, IN_DELETED_TRANSITION, "old") - store.bytes);
	(void)store_add(&store, ADDED, store_volume_guid, REPORT_VARIABLE_NAME, "another vendor's");
	headers[1] = (size_t)(store_add_report(&store, ADDED, "new") - store.bytes);
	(void)store_add_report(&store, DELETED, "gone");
	before = g_memdup2(store.bytes, store.size);
	assert_report(&store, "new");
	g_assert_true(forget(&store));
	assert_report(&store, NULL);
	assert_only_deleted(&store, before, headers, 2);
	g_assert_false(forget(&store));
	assert_only_deleted(&store, before, headers, 2);
	store_clear(&store);
}

static void test_nothing_to_forget(void)
{
	struct store store;
	g_autofree uint8_t *before = NULL;

	store_init(&store, SIZE);
	(void)store_add(&store, ADDED, store_report_guid, "Another", "stays");
	before = g_memdup2(store.bytes, store.size);
	g_assert_false(forget(&store));
	assert_only_deleted(&store, before, NULL, 0);
	store.bytes[40] = 'x'; /* no firmware volume any more */
	g_assert_false(forget(&store));
	store_clear(&store);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/varstore/forget/live-copies", test_live_copies);
	g_test_add_func("/varstore/forget/nothing", test_nothing_to_forget);
	return g_test_run();
}
