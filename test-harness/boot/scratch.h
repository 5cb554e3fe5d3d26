/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders that last for one run. */
#ifndef KVMLEAF_BOOT_SCRATCH_H
#define KVMLEAF_BOOT_SCRATCH_H

#include <glib.h>

char *scratch_make(GError **error);
/* Writes a file that lasts for a run or as long as its folder: no waiting for the disk. length -1: a string. */
gboolean scratch_write(const char *path, const char *content, gssize length, GError **error);
/* Removes a folder and all in it. */
void scratch_remove(const char *folder);

#endif
