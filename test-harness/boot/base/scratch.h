/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folders that last for one run. Each is locked for as long as its maker lives, so that the next run can tell the
 * folders of a run that was killed, and remove them.
 */
#ifndef KVMLEAF_BOOT_BASE_SCRATCH_H
#define KVMLEAF_BOOT_BASE_SCRATCH_H

#include <glib.h>

/* A folder in the system's folder for temporary files; those of killed runs there go first. */
char *scratch_make(GError **error);
/* The same for one that a person is to find afterwards: no later run removes it. */
char *scratch_make_kept(GError **error);
/* A folder of that name, whose last six characters are XXXXXX, locked. */
char *scratch_make_at(const char *template, GError **error);
/* Removes the folders in parent whose names are prefix and six characters more, and which nobody holds locked. */
void scratch_sweep(const char *parent, const char *prefix);
/* Writes a file that lasts for a run or as long as its folder: no waiting for the disk. length -1: a string. */
gboolean scratch_write(const char *path, const char *content, gssize length, GError **error);
/* Removes a folder and all in it, and its lock if it is ours. */
void scratch_remove(const char *folder);

/* Locks a folder, shared or not, for as long as the descriptor is open. -1, and errno, where another holds it. */
int scratch_lock(const char *folder, gboolean shared);

#endif
