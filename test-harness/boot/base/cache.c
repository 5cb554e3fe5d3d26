/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cache_room.h"
#include "base/error.h"
#include "base/scratch.h"

/* Two files in each folder: the checksum over its parts, and the parts' file stamps when it was last verified. */
#define SUM CACHE_SUM
#define SEEN "seen"

char *cache_key(const char *const *files, const char *text, GError **error)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

	for (; *files != NULL; files++) {
		g_autoptr(GMappedFile) file = g_mapped_file_new(*files, FALSE, error);

		if (file == NULL)
			return NULL;
		g_checksum_update(checksum, (const guchar *)g_mapped_file_get_contents(file),
			(gssize)g_mapped_file_get_length(file));
	}
	g_checksum_update(checksum, (const guchar *)text, -1);
	return g_strndup(g_checksum_get_string(checksum), 16);
}

/*
 * Hashes the file's length and every block that is not zero, with its offset: a guest's memory is mostly zeros, stored
 * or as holes. Without the length, zeros that are missing at the end would go unnoticed.
 */
static gboolean add_file(GChecksum *checksum, const char *path)
{
	static const char zeros[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t start = 0;
	off_t length = fd >= 0 ? lseek(fd, 0, SEEK_END) : -1;
	ssize_t got = length >= 0 ? 0 : -1;

	g_checksum_update(checksum, (const guchar *)&length, sizeof(length));

	while (length >= 0 && (start = lseek(fd, start, SEEK_DATA)) >= 0) {
		char buffer[sizeof(zeros)];

		start -= start % (off_t)sizeof(zeros); /* a copy may have its holes at other offsets */
		got = pread(fd, buffer, sizeof(buffer), start);
		if (got <= 0)
			break;
		if (memcmp(buffer, zeros, (size_t)got) != 0) {
			g_checksum_update(checksum, (const guchar *)&start, sizeof(start));
			g_checksum_update(checksum, (const guchar *)buffer, got);
		}
		start += got;
	}
	if (fd >= 0)
		(void)close(fd);
	return got >= 0;
}

/* The checksum over all parts, to be freed; NULL where one cannot be read. */
static char *content_sum(const struct cache_recipe *recipe, const char *folder)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_MD5);

	for (const char *const *part = recipe->parts; *part != NULL; part++) {
		g_autofree char *path = g_build_filename(folder, *part, NULL);

		if (!add_file(checksum, path))
			return NULL;
	}
	return g_strdup(g_checksum_get_string(checksum));
}

/*
 * The device, inode, size and ctime of each part, as text: the content is unchanged while these are, since every write
 * changes the ctime, and no program can set it.
 */
static char *file_stamps(const struct cache_recipe *recipe, const char *folder)
{
	GString *text = g_string_new(NULL);

	for (const char *const *part = recipe->parts; *part != NULL; part++) {
		g_autofree char *path = g_build_filename(folder, *part, NULL);
		struct stat status = { 0 };

		(void)stat(path, &status);
		g_string_append_printf(text, "%lu %lu %ld %ld.%09ld\n", status.st_dev, status.st_ino, status.st_size,
			status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
	}
	return g_string_free(text, FALSE);
}

static char *read_note(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *text = NULL;

	(void)g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

static gboolean write_note(const char *folder, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	return g_file_set_contents(path, text, -1, error);
}

static gboolean write_stamps(const struct cache_recipe *recipe, const char *folder, GError **error)
{
	g_autofree char *now = file_stamps(recipe, folder);

	return write_note(folder, SEEN, now, error);
}

/* Hashing a guest's memory takes longer than restoring the guest, so it is done only where a file stamp has changed. */
static gboolean is_undamaged(const struct cache_recipe *recipe, const char *folder)
{
	g_autofree char *recorded = read_note(folder, SUM);
	g_autofree char *seen = read_note(folder, SEEN);
	g_autofree char *now = file_stamps(recipe, folder);
	g_autofree char *actual = NULL;

	if (recorded == NULL)
		return FALSE;
	if (g_strcmp0(seen, now) == 0)
		return TRUE;
	actual = content_sum(recipe, folder);
	if (g_strcmp0(recorded, actual) != 0)
		return FALSE;
	(void)write_stamps(recipe, folder, NULL); /* without it the next run hashes again */
	return TRUE;
}

static gboolean make_in(const struct cache_recipe *recipe, const char *folder, GError **error)
{
	g_autofree char *sum = NULL;

	if (!recipe->make(recipe->context, folder, error))
		return FALSE;
	sum = content_sum(recipe, folder);
	if (sum == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: what was made there cannot be read", folder);
		return FALSE;
	}
	return write_note(folder, SUM, sum, error) && write_stamps(recipe, folder, error);
}

/*
 * Locks the whole cache while its folders are checked, renamed or removed: otherwise another run might put a good
 * folder in place between this run's check and its removal. No folder is made under this lock, so it is held only
 * briefly. After ten seconds a run that holds it is taken to hang and is ignored: the result is then -1, for no lock.
 */
static int lock_cache(const struct cache_recipe *recipe)
{
	enum { TRIES = 1000, PAUSE_US = 10 * 1000 };
	int lock = scratch_lock(recipe->cache, FALSE);

	for (int try = 0; lock < 0 && errno == EWOULDBLOCK && try < TRIES; try++) {
		g_usleep(PAUSE_US);
		lock = scratch_lock(recipe->cache, FALSE);
	}
	return lock;
}

static void unlock_cache(int lock)
{
	if (lock >= 0)
		(void)close(lock);
}

/* Makes the folder under a temporary name and renames it, so that no run sees an incomplete one. Replaces a damaged
 * one.
 */
static gboolean make_aside(const struct cache_recipe *recipe, const char *folder, GError **error)
{
	g_autofree char *template = g_strconcat(folder, ".XXXXXX", NULL);
	g_autofree char *aside = NULL;
	gboolean made, there;
	int lock;

	if (g_mkdir_with_parents(recipe->cache, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made: %s", recipe->cache,
			g_strerror(errno));
		return FALSE;
	}
	cache_sweep(recipe->cache);
	aside = scratch_make_at(template, error);
	if (aside == NULL)
		return FALSE;
	made = make_in(recipe, aside, error);
	lock = lock_cache(recipe);
	if (made && !is_undamaged(recipe, folder))
		scratch_remove(folder);
	there = made && (g_rename(aside, folder) == 0 ||
				is_undamaged(recipe, folder)); /* another run may have made it meanwhile */
	if (made && !there)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be put into the cache", folder);
	scratch_remove(aside);
	if (there) {
		cache_use(folder);
		cache_limit(recipe->cache, folder, CACHE_ROOM_MAX);
	}
	unlock_cache(lock);
	return there;
}

/* known: the folders that this process has already found undamaged, which it does not check again. */
static gboolean is_ready(const struct cache_recipe *recipe, const char *folder, GHashTable *known)
{
	gboolean sound;
	int lock;

	if (g_hash_table_contains(known, folder))
		return TRUE;
	lock = lock_cache(recipe);
	cache_use(folder); /* before the check, so that no other run removes it in between */
	sound = is_undamaged(recipe, folder);
	unlock_cache(lock);
	if (sound)
		g_hash_table_add(known, g_strdup(folder));
	return sound;
}

char *cache_get(const struct cache_recipe *recipe, const char *key, GError **error)
{
	static GMutex mutex;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	static GHashTable *known;
	g_autofree char *folder = g_strdup_printf("%s/%s-%s", recipe->cache, recipe->kind, key);

	if (known == NULL)
		known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return is_ready(recipe, folder, known) || make_aside(recipe, folder, error) ? g_steal_pointer(&folder) : NULL;
}
