/* SPDX-License-Identifier: BSD-2-Clause */
/* Which kept folders are removed: half-made ones, and those that were not used for the longest time. A folder in use
 * stays. */
#include "base/cache_room.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/scratch.h"
#include "unit/fake/workplace.h"

enum { KIB = 1024, ROOM = 64 * KIB };

#define KEY "0123456789abcde"

/* Makes a folder that was used so many seconds ago and whose file takes at least ROOM bytes on disk. */
static char *add(const char *cache, const char *name, int seconds_ago)
{
	char *folder = g_build_filename(cache, name, NULL);
	g_autofree char *bytes = g_malloc(ROOM);
	struct timespec times[2] = { { .tv_sec = time(NULL) - seconds_ago }, { .tv_sec = time(NULL) - seconds_ago } };

	memset(bytes, 'x', ROOM);
	g_assert_cmpint(g_mkdir(folder, 0755), ==, 0);
	g_free(workplace_write(folder, "part", bytes, ROOM));
	g_free(workplace_write(folder, "sum", "", 0));
	g_assert_cmpint(utimensat(AT_FDCWD, folder, times, 0), ==, 0);
	return folder;
}

/* Five folders; number 1 was not used for the longest time. */
static char *cache_make(void)
{
	char *cache = workplace_make();

	/* The order of use is not that of the names. */
	g_free(add(cache, "host-" KEY "3", 300));
	g_free(add(cache, "host-" KEY "1", 500));
	g_free(add(cache, "guest-" KEY "5", 100));
	g_free(add(cache, "guest-" KEY "2", 400));
	g_free(add(cache, "rom-" KEY "4", 200));
	return cache;
}

static void assert_left(const char *cache, const char *expected)
{
	static const char *const names[] = { "host-" KEY "1", "guest-" KEY "2", "host-" KEY "3", "rom-" KEY "4",
		"guest-" KEY "5" };
	g_autoptr(GString) left = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (workplace_has(cache, names[i]))
			g_string_append_printf(left, "%zu", i + 1);
	g_assert_cmpstr(left->str, ==, expected);
}

/* The disk space of all of them, counted as du does. */
static guint64 room_of_one(const char *cache)
{
	g_autofree char *path = g_build_filename(cache, "host-" KEY "1", "part", NULL);
	struct stat status;

	g_assert_cmpint(stat(path, &status), ==, 0);
	g_assert_cmpuint((guint64)status.st_blocks * 512, >=, ROOM);
	return (guint64)status.st_blocks * 512;
}

static void test_longest_unused(void)
{
	static const char *const left[] = { "12345", "2345", "345", "45", "5", "" };
	char *cache = cache_make();
	guint64 one = room_of_one(cache);
	guint open_before = workplace_count("/proc/self/fd");

	cache_limit(cache, "none", 5 * one);
	assert_left(cache, "12345");
	for (unsigned gone = 1; gone <= 5; gone++) {
		cache_limit(cache, "none", (5 - gone) * one);
		assert_left(cache, left[gone]);
	}
	g_assert_cmpuint(workplace_count("/proc/self/fd"), ==, open_before);
	workplace_remove(cache);
}

static void test_one_byte_too_many(void)
{
	char *cache = cache_make();

	cache_limit(cache, "none", 5 * room_of_one(cache) - 1);
	assert_left(cache, "2345");
	workplace_remove(cache);
}

/* A folder with a similar name does not belong to the cache. */
static void test_a_persons_own(void)
{
	char *cache = workplace_make();
	g_autofree char *folder = add(cache, "photos-" KEY "1", 500), *sum = g_build_filename(folder, "sum", NULL);

	g_assert_cmpint(g_unlink(sum), ==, 0);
	cache_limit(cache, "none", 0);
	g_assert_true(workplace_has(cache, "photos-" KEY "1"));
	workplace_remove(cache);
}

/* Two runs within the same second: the order of use is known all the same. */
static void test_within_a_second(void)
{
	static const struct timespec rows[][2] = {
		{ { 1000, 100000000 }, { 1000, 900000000 } },
		{ { 1000, 999999999 }, { 1001, 0 } },
		{ { 1000, 1000 }, { 1000, 2000 } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *cache = workplace_make();

		for (int k = 0; k < 2; k++) {
			g_autofree char *folder =
				add(cache, (k == 0) == (i == 0) ? "host-" KEY "1" : "guest-" KEY "5", 0);
			const struct timespec times[] = { rows[i][k], rows[i][k] };

			g_assert_cmpint(utimensat(AT_FDCWD, folder, times, 0), ==, 0);
		}
		cache_limit(cache, "none", ROOM * 3 / 2);
		assert_left(cache, i == 0 ? "5" : "1");
		workplace_remove(cache);
	}
}

/* The folder that is asked for stays, and so does one that another run has locked, for reading or for writing. */
static void test_in_use(void)
{
	char *cache = cache_make();
	g_autofree char *keep = g_build_filename(cache, "host-" KEY "1", NULL);
	g_autofree char *locked = g_build_filename(cache, "guest-" KEY "2", NULL);
	g_autofree char *alone = g_build_filename(cache, "rom-" KEY "4", NULL);
	int fds[2] = { open(locked, O_RDONLY | O_CLOEXEC), open(alone, O_RDONLY | O_CLOEXEC) };

	g_assert_true(flock(fds[0], LOCK_SH) == 0 && flock(fds[1], LOCK_EX) == 0);
	cache_limit(cache, keep, 0);
	assert_left(cache, "124");
	(void)close(fds[0]);
	(void)close(fds[1]);
	cache_limit(cache, keep, 0);
	assert_left(cache, "1");
	workplace_remove(cache);
}

/* A folder that is used becomes the most recently used one, and is locked so that others can still use it. */
static void test_use(void)
{
	char *cache = cache_make();
	g_autofree char *used = g_build_filename(cache, "host-" KEY "1", NULL);
	struct stat status;
	int fd;

	cache_use(used);
	g_assert_cmpint(stat(used, &status), ==, 0);
	g_assert_cmpint(labs(time(NULL) - status.st_mtim.tv_sec), <=, 10);
	cache_limit(cache, "none", 0);
	assert_left(cache, "1");
	fd = open(used, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(flock(fd, LOCK_EX | LOCK_NB), !=, 0);
	g_assert_cmpint(flock(fd, LOCK_SH | LOCK_NB), ==, 0);
	(void)close(fd);
	cache_use("/nonexistent/folder");
	workplace_remove(cache);
}

/* A folder with a name of another kind is never removed, whether it looks like a cache or not. */
static void test_other_names(void)
{
	static const char *const names[] = { "host", "host-0123", "host-" KEY "g", "-" KEY "1", KEY "1",
		"host-" KEY "12", "host-" KEY "1.new", "host-" KEY "1.toolong", "host-" KEY "1-abcdef",
		"host-" KEY "1_AbCdEf" };
	char *cache = workplace_make();
	g_autofree char *file = NULL, *link = g_build_filename(cache, "link-" KEY "2", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_free(add(cache, names[i], 100));
	file = workplace_write(cache, "file-" KEY "1", "x", 1);
	g_assert_cmpint(symlink("host", link), ==, 0);
	cache_limit(cache, "none", 0);
	cache_sweep(cache);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (!workplace_has(cache, names[i]))
			g_error("%s is gone", names[i]);
	g_assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));
	g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
	workplace_remove(cache);
}

static void test_half_made(void)
{
	char *cache = cache_make();
	g_autofree char *dead = add(cache, "host-" KEY "1.Ab3dEf", 10), *live = add(cache, "guest-" KEY "9.AAAAAA", 10);
	int fd = open(live, O_RDONLY | O_CLOEXEC);

	g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
	cache_sweep(cache);
	g_assert_false(g_file_test(dead, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(live, G_FILE_TEST_EXISTS));
	assert_left(cache, "12345");
	cache_limit(cache, "none", 0);
	g_assert_true(g_file_test(live, G_FILE_TEST_EXISTS));
	(void)close(fd);
	cache_sweep(cache);
	g_assert_false(g_file_test(live, G_FILE_TEST_EXISTS));
	workplace_remove(cache);
}

static void test_no_cache(void)
{
	cache_sweep("/nonexistent/cache");
	cache_limit("/nonexistent/cache", "none", 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache-room/longest-unused", test_longest_unused);
	g_test_add_func("/cache-room/one-byte-too-many", test_one_byte_too_many);
	g_test_add_func("/cache-room/within-a-second", test_within_a_second);
	g_test_add_func("/cache-room/in-use", test_in_use);
	g_test_add_func("/cache-room/use", test_use);
	g_test_add_func("/cache-room/other-names", test_other_names);
	g_test_add_func("/cache-room/half-made", test_half_made);
	g_test_add_func("/cache-room/no-cache", test_no_cache);
	g_test_add_func("/cache-room/a-persons-own", test_a_persons_own);
	return g_test_run();
}
