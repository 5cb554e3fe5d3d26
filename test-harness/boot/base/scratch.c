/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* The next run removes folders with this prefix, so no user's folder (kvmleaf-master, kvmleaf-v0.1.0) may match it. */
#define PREFIX "kvmleaf-boot-run-"
#define PREFIX_KEPT "kvmleaf-boot-kept-"
#define RANDOM_PART "XXXXXX"

/* The descriptors that hold the locks of this process's folders, by path. */
static GHashTable *locks;
static GMutex locks_mutex;

int scratch_lock(const char *folder, gboolean shared)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error;

	if (fd < 0 || flock(fd, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0)
		return fd;
	error = errno;
	(void)close(fd);
	errno = error;
	return -1;
}

static void note_lock(const char *folder, int fd)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&locks_mutex);

	if (locks == NULL)
		locks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_hash_table_insert(locks, g_strdup(folder), GINT_TO_POINTER(fd));
}

static void drop_lock(const char *folder)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&locks_mutex);
	gpointer fd;

	if (locks == NULL || !g_hash_table_lookup_extended(locks, folder, NULL, &fd))
		return;
	(void)close(GPOINTER_TO_INT(fd));
	g_hash_table_remove(locks, folder);
}

char *scratch_make_at(const char *template, GError **error)
{
	enum { TRIES = 10 };

	/* Another run may sweep between the making and the locking of a folder, and remove it. */
	for (int try = 0; try < TRIES; try++) {
		g_autofree char *folder = g_strdup(template);
		struct stat status;
		int fd;

		if (g_mkdtemp_full(folder, 0755) == NULL) {
			g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made: %s", template,
				g_strerror(errno));
			return NULL;
		}
		fd = scratch_lock(folder, FALSE);
		if (fd >= 0 && stat(folder, &status) == 0) {
			note_lock(folder, fd);
			return g_steal_pointer(&folder);
		}
		if (fd >= 0)
			(void)close(fd);
		(void)rmdir(folder);
	}
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be locked", template);
	return NULL;
}

static char *make_temporary(const char *prefix, GError **error)
{
	g_autofree char *name = g_strconcat(prefix, RANDOM_PART, NULL);
	g_autofree char *template = g_build_filename(g_get_tmp_dir(), name, NULL);

	return scratch_make_at(template, error);
}

char *scratch_make(GError **error)
{
	scratch_sweep(g_get_tmp_dir(), PREFIX);
	return make_temporary(PREFIX, error);
}

char *scratch_make_kept(GError **error)
{
	return make_temporary(PREFIX_KEPT, error);
}

static gboolean is_own_folder(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

void scratch_sweep(const char *parent, const char *prefix)
{
	g_autoptr(GDir) dir = g_dir_open(parent, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(parent, name, NULL);
		int fd;

		if (!g_str_has_prefix(name, prefix) || strlen(name) != strlen(prefix) + strlen(RANDOM_PART) ||
			!is_own_folder(path))
			continue;
		fd = scratch_lock(path, FALSE);
		if (fd < 0)
			continue;
		scratch_remove(path);
		(void)close(fd);
	}
}

/*
 * g_file_set_contents() would wait for the disk; g_file_set_contents_full() without G_FILE_SET_CONTENTS_CONSISTENT does
 * not, but leaves the end of a longer old file.
 */
gboolean scratch_write(const char *path, const char *content, gssize length, GError **error)
{
	size_t size = length < 0 ? strlen(content) : (size_t)length;
	FILE *file = fopen(path, "we");
	gboolean written = file != NULL && fwrite(content, 1, size, file) == size;
	int reason = errno;

	if (file != NULL && fclose(file) != 0 && written) {
		reason = errno;
		written = FALSE;
	}
	if (!written)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(reason));
	return written;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	(void)remove(path); /* a failure is ignored, so that all other entries are removed */
	return 0;
}

void scratch_remove(const char *folder)
{
	enum { OPEN_FOLDERS = 8 };

	(void)nftw(folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	drop_lock(folder);
}
