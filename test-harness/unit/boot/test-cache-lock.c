/* SPDX-License-Identifier: BSD-2-Clause */
/* Two runs that share a cache: a folder that one run checks or replaces is not replaced by the other one meanwhile, and
 * a new folder is made outside of the lock. */
#include "base/cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "unit/fake/workplace.h"

enum { HELD_US = 300 * 1000 };

static const char *const parts[] = { "part", NULL };

/* Another run, which holds the cache's lock for a while. */
struct other {
	char *cache;
	int fd;
	gint has_let_go;
};

static gpointer start_guest(gpointer data)
{
	struct other *other = data;

	g_usleep(HELD_US);
	g_atomic_int_set(&other->has_let_go, 1);
	(void)close(other->fd);
	return NULL;
}

/* Making a folder may take minutes; another run can use the cache meanwhile. */
static gboolean make(gpointer context, const char *folder, GError **error)
{
	struct other *other = context;
	int fd = open(other->cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)error;
	g_assert_cmpint(flock(fd, LOCK_EX | LOCK_NB), ==, 0);
	(void)close(fd);
	g_free(workplace_write(folder, "part", "x", 1));
	return TRUE;
}

static void get_while_held(struct other *other, const char *key)
{
	struct cache_recipe recipe = {
		.cache = other->cache, .kind = "thing", .parts = parts, .make = make, .context = other
	};
	g_autofree char *folder = NULL;
	GThread *thread;

	other->has_let_go = 0;
	other->fd = open(other->cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_assert_cmpint(flock(other->fd, LOCK_EX | LOCK_NB), ==, 0);
	thread = g_thread_new("other", start_guest, other);
	folder = cache_get(&recipe, key, NULL);
	g_assert_cmpint(g_atomic_int_get(&other->has_let_go), ==, 1);
	g_assert_nonnull(folder);
	g_thread_join(thread);
}

static void test_waits(void)
{
	struct other other = { .cache = workplace_make() };

	get_while_held(&other, "0123456789abcdef");
	get_while_held(&other, "fedcba9876543210");
	workplace_remove(other.cache);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache-lock/waits", test_waits);
	return g_test_run();
}
