/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/workplace.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

char *workplace_make(void)
{
	char *folder = g_dir_make_tmp("unit-kvmleaf-XXXXXX", NULL);

	g_assert_nonnull(folder);
	return folder;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Not by scratch_remove(): its test uses this function. */
void workplace_remove(char *folder)
{
	g_assert_cmpint(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), ==, 0);
	g_free(folder);
}

char *workplace_write(const char *folder, const char *name, const char *content, gssize length)
{
	char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, content, length, NULL));
	return path;
}

gboolean workplace_has(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	struct stat status;

	return lstat(path, &status) == 0;
}

guint workplace_count(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint count = 0;

	while (dir != NULL && g_dir_read_name(dir) != NULL)
		count++;
	return count;
}

void assert_error_says(GError **error, enum boot_status status, const char *words)
{
	g_assert_error(*error, BOOT_ERROR, (int)status);
	if (strstr((*error)->message, words) == NULL || strchr((*error)->message, '\n') != NULL)
		g_error("\"%s\" does not say \"%s\" in one line", (*error)->message, words);
	g_clear_error(error);
}
