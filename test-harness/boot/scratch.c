/* SPDX-License-Identifier: BSD-2-Clause */
#include "scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

char *scratch_make(GError **error)
{
	return g_dir_make_tmp("kvmleaf-XXXXXX", error);
}

/* Not GLib's g_file_set_contents: it waits for the disk, or, told not to, leaves the tail of a longer old file. */
gboolean scratch_write(const char *path, const char *content, gssize length, GError **error)
{
	size_t size = length < 0 ? strlen(content) : (size_t)length;
	FILE *file = fopen(path, "we");
	gboolean written = file != NULL && fwrite(content, 1, size, file) == size;

	if (file != NULL && fclose(file) != 0)
		written = FALSE;
	if (!written)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(errno));
	return written;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

void scratch_remove(const char *folder)
{
	enum { OPEN_FOLDERS = 8 };

	(void)nftw(folder, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}
