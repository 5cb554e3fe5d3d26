/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache: folders of files that take long to make. A folder is made under a temporary name and then renamed, its
 * content is checked before use, and it is made again when it is absent, incomplete or damaged.
 */
#ifndef KVMLEAF_BOOT_BASE_CACHE_H
#define KVMLEAF_BOOT_BASE_CACHE_H

#include <glib.h>

struct cache_recipe {
	const char *cache;        /* the cache's own folder, which has all the others in it */
	const char *kind;         /* first part of the folder's name: KIND-KEY */
	const char *const *parts; /* names of the files in it that must stay unchanged; ended by NULL */
	/* Writes the parts into the folder, which is new and empty. */
	gboolean (*make)(gpointer context, const char *folder, GError **error);
	gpointer context;
};

/*
 * A folder's key: a hash over the content of these files (a list ended by NULL) and text, which are all that the
 * folder's content depends on. To be freed; NULL with an error where a file cannot be read.
 */
char *cache_key(const char *const *files, const char *text, GError **error);
/*
 * The path of the folder with this key, whose content is undamaged: found in the cache, or made by one thread while the
 * others wait. It is in use, and not removed, until this process ends. To be freed; NULL with an error where it cannot
 * be made.
 */
char *cache_get(const struct cache_recipe *recipe, const char *key, GError **error);

#endif
