/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cache_room.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scratch.h"

/* A folder's name is KIND-KEY; while it is being made, a dot and six characters follow. */
enum { KEY_LENGTH = 16, ASIDE_LENGTH = 7, BLOCK = 512 };

struct room {
	char *path;
	guint64 bytes;
	gint64 used; /* microseconds of real time */
};

/* The end of KIND-KEY within a name; NULL for a name that does not begin so. */
static const char *end_of_name(const char *name)
{
	const char *key = strrchr(name, '-');

	if (key == NULL || key == name || strspn(key + 1, "0123456789abcdef") != KEY_LENGTH)
		return NULL;
	return key + 1 + KEY_LENGTH;
}

void cache_sweep(const char *cache)
{
	g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		const char *end = end_of_name(name);
		g_autofree char *prefix = NULL;

		if (end == NULL || *end != '.' || strlen(end) != ASIDE_LENGTH)
			continue;
		prefix = g_strndup(name, (gsize)(end - name) + 1);
		scratch_sweep(cache, prefix);
	}
}

void cache_use(const char *folder)
{
	static const struct timespec now[] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
	int fd = scratch_lock(folder, TRUE);

	/* The time cannot be set on a read-only file system, where nothing is removed either. The open descriptor is
	 * the lock. */
	if (fd >= 0)
		(void)futimens(fd, now);
}

static guint64 bytes_in(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint64 bytes = 0;
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		struct stat status;

		if (lstat(path, &status) == 0)
			bytes += (guint64)status.st_blocks * BLOCK;
	}
	return bytes;
}

static void room_free(gpointer data)
{
	struct room *room = data;

	g_free(room->path);
	g_free(room);
}

static gint compare_used(gconstpointer a, gconstpointer b)
{
	const struct room *const *first = a;
	const struct room *const *second = b;

	return (*first)->used < (*second)->used ? -1 : (*first)->used > (*second)->used;
}

/* The complete folders of the cache, the one whose last use is longest ago first. */
static GPtrArray *rooms_in(const char *cache)
{
	GPtrArray *rooms = g_ptr_array_new_with_free_func(room_free);
	g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(cache, name, NULL);
		g_autofree char *sum = g_build_filename(path, CACHE_SUM, NULL);
		const char *end = end_of_name(name);
		struct stat status;
		struct room *room;

		if (end == NULL || *end != '\0' || lstat(path, &status) != 0 || !S_ISDIR(status.st_mode) ||
			access(sum, F_OK) != 0)
			continue;
		room = g_new0(struct room, 1);
		room->bytes = bytes_in(path);
		room->used = (gint64)status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000;
		room->path = g_steal_pointer(&path);
		g_ptr_array_add(rooms, room);
	}
	g_ptr_array_sort(rooms, compare_used);
	return rooms;
}

void cache_limit(const char *cache, const char *keep, guint64 bytes)
{
	g_autoptr(GPtrArray) rooms = rooms_in(cache);
	guint64 sum = 0;

	for (guint i = 0; i < rooms->len; i++)
		sum += ((const struct room *)g_ptr_array_index(rooms, i))->bytes;
	for (guint i = 0; i < rooms->len && sum > bytes; i++) {
		const struct room *room = g_ptr_array_index(rooms, i);
		int fd = strcmp(room->path, keep) != 0 ? scratch_lock(room->path, FALSE) : -1;

		if (fd < 0)
			continue;
		scratch_remove(room->path);
		sum -= room->bytes;
		(void)close(fd);
	}
}
