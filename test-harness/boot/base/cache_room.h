/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The room that kept folders take: what killed runs left half-made goes, and when all of them together become too
 * large, those go that were not used for longest. A folder that some run uses is locked (scratch.h) and stays.
 */
#ifndef KVMLEAF_BOOT_BASE_CACHE_ROOM_H
#define KVMLEAF_BOOT_BASE_CACHE_ROOM_H

#include <glib.h>

/* The file that makes a folder of that name a kept one; what lies beside it in the user's folder is the user's. */
#define CACHE_SUM "sum"
/* Bytes on disk. A nested host takes some 450 MiB, a guest 20. */
#define CACHE_ROOM_MAX (G_GUINT64_CONSTANT(4) << 30)

/* Removes what killed runs left half-made in this cache. */
void cache_sweep(const char *cache);
/* Notes that the folder is used, now and until this process ends. */
void cache_use(const char *folder);
/* Removes what was not used for longest until all that is left takes at most that many bytes on disk; not keep. */
void cache_limit(const char *cache, const char *keep, guint64 bytes);

#endif
