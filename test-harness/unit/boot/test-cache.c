/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders that are made once, used again, and made anew if they are damaged. */
#include "base/cache.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/fake/workplace.h"

enum { PART = 200 * 1024, HEAD = 70 * 1024 };

#define KEY "0123456789abcdef"

static const char *const parts[] = { "one", "two", NULL };

/* Makes the folders of this test. It counts its calls, and can be told to fail. */
struct maker {
	char *cache;
	char *folder; /* the kept one */
	int made;
	gboolean fails, forgets;
	gulong pause;
};

/* Makes two files. The first ends in zeros, which a sparse copy does not store; the second ends in another byte. */
static gboolean make(gpointer context, const char *folder, GError **error)
{
	struct maker *maker = context;
	g_autofree char *bytes = g_malloc0(PART), *one = NULL;

	maker->made++;
	g_usleep(maker->pause);
	memset(bytes, 'a', HEAD);
	one = workplace_write(folder, "one", bytes, PART);
	if (maker->fails) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "made up to fail");
		return FALSE;
	}
	bytes[PART - 1] = 'z';
	if (!maker->forgets)
		g_free(workplace_write(folder, "two", bytes, PART));
	return TRUE;
}

static char *get(struct maker *maker, const char *cache, GError **error)
{
	struct cache_recipe recipe = {
		.cache = cache, .kind = "thing", .parts = parts, .make = make, .context = maker
	};

	return cache_get(&recipe, KEY, error);
}

static void maker_init(struct maker *maker)
{
	*maker = (struct maker){ .cache = workplace_make() };
	maker->folder = g_build_filename(maker->cache, "thing-" KEY, NULL);
}

static void maker_clear(struct maker *maker)
{
	g_free(maker->folder);
	workplace_remove(maker->cache);
}

/* A process remembers what it has checked by the cache's path, so another path to the same cache acts like another run.
 */
static void get_in_another_run(struct maker *maker)
{
	static int run;
	g_autoptr(GString) cache = g_string_new(maker->cache);
	g_autofree char *folder = NULL;
	GError *error = NULL;

	run++;
	for (int i = 0; i < run; i++)
		g_string_append(cache, "/.");
	folder = get(maker, cache->str, &error);
	g_assert_no_error(error);
	g_assert_nonnull(folder);
	g_assert_true(workplace_has(maker->folder, "two"));
	g_assert_cmpuint(workplace_count(maker->cache), ==, 1);
}

static void get_made(struct maker *maker)
{
	GError *error = NULL;
	g_autofree char *folder = get(maker, maker->cache, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(folder, ==, maker->folder);
	g_assert_cmpint(maker->made, ==, 1);
}

static void test_made_once(void)
{
	struct maker maker;

	maker_init(&maker);
	get_made(&maker);
	get_made(&maker);
	get_in_another_run(&maker);
	get_in_another_run(&maker);
	g_assert_cmpint(maker.made, ==, 1);
	g_assert_cmpuint(workplace_count(maker.cache), ==, 1);
	maker_clear(&maker);
}

static void overwrite(const struct maker *maker, const char *name, off_t at, char byte)
{
	g_autofree char *path = g_build_filename(maker->folder, name, NULL);
	FILE *file = fopen(path, "r+e");

	g_assert_nonnull(file);
	g_assert_true(fseek(file, at, SEEK_SET) == 0 && fputc(byte, file) != EOF && fclose(file) == 0);
}

static void cut(const struct maker *maker, const char *name, off_t length)
{
	g_autofree char *path = g_build_filename(maker->folder, name, NULL);

	g_assert_cmpint(truncate(path, length), ==, 0);
}

static void drop(const struct maker *maker, const char *name)
{
	g_autofree char *path = g_build_filename(maker->folder, name, NULL);

	g_assert_cmpint(g_unlink(path), ==, 0);
}

static const struct {
	const char *what, *name;
	enum { BYTE, CUT, DROP } how;
	off_t at;
} damages[] = {
	{ "the first byte", "one", BYTE, 0 },
	{ "the last byte", "two", BYTE, PART - 1 },
	{ "a byte that was zero", "one", BYTE, PART - 2 },
	{ "cut in its data", "one", CUT, HEAD / 2 },
	{ "the zeros at the end gone", "one", CUT, HEAD },
	{ "zeros more at the end", "one", CUT, PART + 65536 },
	{ "nothing left", "two", CUT, 0 },
	{ "a part gone", "two", DROP, 0 },
	{ "the sum gone", "sum", DROP, 0 },
	{ "the sum damaged", "sum", BYTE, 0 },
};

static void test_damaged(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		struct maker maker;

		g_test_message("%s", damages[i].what);
		maker_init(&maker);
		get_made(&maker);
		if (damages[i].how == BYTE)
			overwrite(&maker, damages[i].name, damages[i].at, '!');
		else if (damages[i].how == CUT)
			cut(&maker, damages[i].name, damages[i].at);
		else
			drop(&maker, damages[i].name);
		/* While size and time of each part are unchanged, the content of the sums' file is not read again; only
		 * its absence is noticed. */
		if (damages[i].how == BYTE && g_str_equal(damages[i].name, "sum"))
			drop(&maker, "seen");
		get_in_another_run(&maker);
		g_assert_cmpint(maker.made, ==, 2);
		get_in_another_run(&maker);
		g_assert_cmpint(maker.made, ==, 2);
		maker_clear(&maker);
	}
}

/* A cache that was copied, or that has lost the file with sizes and times, is hashed again and found good. Then sizes
 * and times are compared again.
 */
static void test_copied(void)
{
	struct maker maker;
	g_autofree char *path = NULL, *aside = NULL, *bytes = NULL, *before = NULL, *after = NULL, *seen = NULL;
	gsize length;

	maker_init(&maker);
	get_made(&maker);
	path = g_build_filename(maker.folder, "two", NULL);
	aside = g_build_filename(maker.folder, "two.copy", NULL);
	seen = g_build_filename(maker.folder, "seen", NULL);
	g_assert_true(g_file_get_contents(seen, &before, NULL, NULL));
	g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	g_assert_true(g_file_set_contents(aside, bytes, (gssize)length, NULL));
	g_assert_cmpint(g_rename(aside, path), ==, 0);
	get_in_another_run(&maker);
	g_assert_cmpint(maker.made, ==, 1);
	g_assert_true(g_file_get_contents(seen, &after, NULL, NULL));
	g_assert_cmpstr(before, !=, after);
	drop(&maker, "seen");
	get_in_another_run(&maker);
	g_assert_cmpint(maker.made, ==, 1);
	g_assert_true(workplace_has(maker.folder, "seen"));
	maker_clear(&maker);
}

/* A sparse copy need not have its holes in the same places. */
static void test_holes(void)
{
	struct maker maker;

	maker_init(&maker);
	get_made(&maker);
	cut(&maker, "one", HEAD);
	cut(&maker, "one", PART);
	get_in_another_run(&maker);
	g_assert_cmpint(maker.made, ==, 1);
	maker_clear(&maker);
}

static void test_make_fails(void)
{
	struct maker maker;
	GError *error = NULL;

	maker_init(&maker);
	maker.fails = TRUE;
	g_assert_null(get(&maker, maker.cache, &error));
	assert_error_says(&error, BOOT_SETUP, "made up to fail");
	g_assert_cmpuint(workplace_count(maker.cache), ==, 0);
	maker.fails = FALSE;
	maker.forgets = TRUE;
	g_assert_null(get(&maker, maker.cache, &error));
	assert_error_says(&error, BOOT_SETUP, "cannot be read");
	g_assert_cmpuint(workplace_count(maker.cache), ==, 0);
	maker.forgets = FALSE;
	maker.made = 0;
	get_made(&maker);
	maker_clear(&maker);
}

static void test_cache_cannot_be(void)
{
	struct maker maker;
	g_autofree char *file = NULL, *below = NULL;
	GError *error = NULL;

	maker_init(&maker);
	file = workplace_write(maker.cache, "file", "", 0);
	below = g_build_filename(file, "cache", NULL);
	g_assert_null(get(&maker, below, &error));
	g_assert_nonnull(strstr(error->message, below));
	assert_error_says(&error, BOOT_SETUP, g_strerror(ENOTDIR));
	g_assert_cmpint(maker.made, ==, 0);
	maker_clear(&maker);
}

static gpointer get_in_thread(gpointer data)
{
	struct maker *maker = data;

	return get(maker, maker->cache, NULL);
}

static void test_two_threads(void)
{
	struct maker maker;
	GThread *threads[4];

	maker_init(&maker);
	maker.pause = G_USEC_PER_SEC / 20;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("getter", get_in_thread, &maker);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_autofree char *folder = g_thread_join(threads[i]);

		g_assert_cmpstr(folder, ==, maker.folder);
	}
	g_assert_cmpint(maker.made, ==, 1);
	maker_clear(&maker);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache/made-once", test_made_once);
	g_test_add_func("/cache/damaged", test_damaged);
	g_test_add_func("/cache/copied", test_copied);
	g_test_add_func("/cache/holes", test_holes);
	g_test_add_func("/cache/make-fails", test_make_fails);
	g_test_add_func("/cache/cache-cannot-be", test_cache_cannot_be);
	g_test_add_func("/cache/two-threads", test_two_threads);
	return g_test_run();
}
