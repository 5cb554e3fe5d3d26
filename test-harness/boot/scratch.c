/* SPDX-License-Identifier: BSD-2-Clause */
#include "scratch.h"

#include <ftw.h>
#include <stdio.h>

char *scratch_make(GError **error)
{
	return g_dir_make_tmp("kvmleaf-XXXXXX", error);
}

gboolean scratch_write(const char *path, const char *content, gssize length, GError **error)
{
	return g_file_set_contents_full(path, content, length, G_FILE_SET_CONTENTS_NONE, 0644, error);
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
