/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Folders in the cache that cost time to make: made aside, checked before use, and made anew where one is absent,
 * half-written or damaged.
 */
#ifndef KVMLEAF_BOOT_BASE_CACHE_H
#define KVMLEAF_BOOT_BASE_CACHE_H

#include <glib.h>

struct cache_recipe {
	const char *cache;        /* the folder of all of them */
	const char *kind;         /* with the key, the folder's name */
	const char *const *parts; /* files in it, ended by NULL, that must stay as they were made */
	gboolean (*make)(gpointer context, const char *folder, GError **error);
	gpointer context;
};

/* A hash of these files (ended by NULL) and of text: what a kept folder is valid for. */
char *cache_key(const char *const *files, const char *text, GError **error);
/* The folder, sound: found, or made by one thread while the others wait. */
char *cache_get(const struct cache_recipe *recipe, const char *key, GError **error);

#endif
