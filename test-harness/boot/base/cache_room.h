/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits the disk space that the cache's folders take: removes what killed runs left incomplete and, when all folders
 * together are too large, those whose last use is longest ago. A folder in use is locked (scratch.h) and stays.
 */
#ifndef KVMLEAF_BOOT_BASE_CACHE_ROOM_H
#define KVMLEAF_BOOT_BASE_CACHE_ROOM_H

#include <glib.h>

/* A complete folder of the cache has a file of this name. What has none is the user's, and is never removed. */
#define CACHE_SUM "sum"
/* Bytes on disk. A captured nested host takes about 450 MiB, a captured guest 20. */
#define CACHE_ROOM_MAX (G_GUINT64_CONSTANT(4) << 30)

/* Removes the incomplete folders that killed runs left in this cache. */
void cache_sweep(const char *cache);
/* Marks the folder as used now, and locks it against removal until this process ends. */
void cache_use(const char *folder);
/*
 * Removes folders, the one whose last use is longest ago first, until the rest takes at most that many bytes on disk.
 * Folders in use and the folder keep stay.
 */
void cache_limit(const char *cache, const char *keep, guint64 bytes);

#endif
