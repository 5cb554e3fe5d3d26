/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Temporary folders that last for one run. The process that makes one holds a lock on it (flock), so that a later run
 * recognizes the folders of a killed run by the missing lock, and removes them. Paths that are returned are to be
 * freed.
 */
#ifndef KVMLEAF_BOOT_BASE_SCRATCH_H
#define KVMLEAF_BOOT_BASE_SCRATCH_H

#include <glib.h>

/* Makes a folder in the system's folder for temporary files, and removes those of killed runs there. */
char *scratch_make(GError **error);
/* The same for --keep: a folder that no later run removes. */
char *scratch_make_kept(GError **error);
/* Makes and locks a folder of that name, whose last six characters must be XXXXXX and are replaced as in mkdtemp(). */
char *scratch_make_at(const char *template, GError **error);
/* Removes this user's folders in parent whose names are prefix and six more characters, unless they are locked. */
void scratch_sweep(const char *parent, const char *prefix);
/* Writes a file without waiting for the disk (no fsync). length in bytes; -1 for a string that ends with NUL. */
gboolean scratch_write(const char *path, const char *content, gssize length, GError **error);
/* Removes a folder and its content, and releases this process's lock on it if there is one. */
void scratch_remove(const char *folder);

/*
 * Locks a folder, shared or exclusively, without waiting. Returns a descriptor that holds the lock until the caller
 * closes it; -1 with errno where that fails, EWOULDBLOCK where another holds the lock.
 */
int scratch_lock(const char *folder, gboolean shared);

#endif
