/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory shared with a guest, and the variable store that firmware leaves in it. */
#include "guest/guest_memory.h"

#include <string.h>
#include <unistd.h>

#include "unit/fake/fake_run.h"
#include "unit/fake/store.h"
#include "unit/fake/workplace.h"

enum { PAGE = 4096, MEMORY = 2 * 1024 * 1024 };

/* Memory that has the bytes of a store from that offset on. */
static int memory_with(const struct store *store, off_t at)
{
	int memory = guest_memory_make(MEMORY, NULL, NULL);

	g_assert_cmpint(memory, >=, 0);
	g_assert_cmpint(pwrite(memory, store->bytes, FAKE_VARS_SIZE, at), ==, FAKE_VARS_SIZE);
	return memory;
}

static void store_with_report(struct store *store, const char *report)
{
	store_init(store, FAKE_VARS_SIZE);
	(void)store_add_report(store, ADDED, report);
}

/* What is saved of the memory is this store, byte for byte. Closes the memory. */
static void assert_saves(int memory, const struct store *store)
{
	struct fake_run run;
	g_autofree char *path = NULL, *saved = NULL;
	gsize length;

	fake_init(&run);
	path = fake_path(&run, "saved");
	g_assert_true(guest_memory_save_store(memory, path, NULL));
	g_assert_true(g_file_get_contents(path, &saved, &length, NULL));
	g_assert_cmpmem(saved, length, store->bytes, FAKE_VARS_SIZE);
	g_assert_cmpint(close(memory), ==, 0);
	fake_clear(&run);
}

/* The store is found on whatever page it begins. */
static void test_found(void)
{
	static const off_t places[] = { 0, PAGE, MEMORY / 2, MEMORY - FAKE_VARS_SIZE };
	struct store store;

	store_with_report(&store, "{\"a\":1}");
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		assert_saves(memory_with(&store, places[i]), &store);
	store_clear(&store);
}

/* Firmware keeps a copy of the store for reading, lower in memory and after a header of its own; it may be older. */
static void test_last(void)
{
	struct store old, new;
	int memory;

	store_with_report(&old, "{\"old\":1}");
	store_with_report(&new, "{\"new\":1}");
	memory = memory_with(&old, 0);
	g_assert_cmpint(pwrite(memory, new.bytes, FAKE_VARS_SIZE, MEMORY / 4), ==, FAKE_VARS_SIZE);
	g_assert_cmpint(pwrite(memory, old.bytes, FAKE_VARS_SIZE, MEMORY - FAKE_VARS_SIZE - 24), ==, FAKE_VARS_SIZE);
	assert_saves(memory, &new);
	store_clear(&old);
	store_clear(&new);
}

/* No store, one that is not at the start of a page, and one that the end of the memory cuts off. */
static void test_none(void)
{
	static const off_t places[] = { -1, 16, MEMORY - FAKE_VARS_SIZE + PAGE };

	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		struct fake_run run;
		struct store store;
		g_autofree char *path = NULL;
		GError *error = NULL;
		int memory;

		fake_init(&run);
		path = fake_path(&run, "saved");
		store_with_report(&store, "{}");
		memory = places[i] < 0 ? guest_memory_make(MEMORY, NULL, NULL) : memory_with(&store, places[i]);
		if (places[i] > MEMORY - FAKE_VARS_SIZE)
			g_assert_cmpint(ftruncate(memory, MEMORY), ==, 0);
		g_assert_false(guest_memory_save_store(memory, path, &error));
		assert_error_says(&error, BOOT_FAILED, "there is none in the guest's memory");
		g_assert_false(fake_exists(&run, "saved"));
		g_assert_cmpint(close(memory), ==, 0);
		store_clear(&store);
		fake_clear(&run);
	}
}

/* Each guest begins with what was captured, and changes only its own copy. */
static void test_copy(void)
{
	struct fake_run run;
	g_autofree char *path = NULL, *saved = NULL;
	GError *error = NULL;
	char byte;
	int memory;

	fake_init(&run);
	path = fake_path(&run, "captured");
	memory = guest_memory_make(PAGE, NULL, NULL);
	g_assert_cmpint(pwrite(memory, "x", 1, PAGE - 1), ==, 1);
	g_assert_true(guest_memory_save(memory, path, NULL));
	g_assert_cmpint(close(memory), ==, 0);
	memory = guest_memory_make(2 * PAGE, path, NULL);
	g_assert_cmpint(pread(memory, &byte, 1, PAGE - 1), ==, 1);
	g_assert_cmpint(byte, ==, 'x');
	g_assert_cmpint(lseek(memory, 0, SEEK_END), ==, 2 * PAGE);
	g_assert_cmpint(close(memory), ==, 0);
	g_assert_cmpint(guest_memory_make(PAGE, "/nonexistent/captured", &error), ==, -1);
	g_assert_nonnull(strstr(error->message, "/nonexistent/captured"));
	g_error_free(error);
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guest-memory/found", test_found);
	g_test_add_func("/guest-memory/last", test_last);
	g_test_add_func("/guest-memory/none", test_none);
	g_test_add_func("/guest-memory/copy", test_copy);
	return g_test_run();
}
