/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the known name that a mistyped one most likely stands for. */
#ifndef KVMLEAF_BOOT_BASE_NEAREST_H
#define KVMLEAF_BOOT_BASE_NEAREST_H

#include <glib.h>

/*
 * The name with the smallest restricted Damerau-Levenshtein distance from word: insertions, deletions, substitutions
 * and swaps of neighbouring characters. NULL where every distance is larger than a third of the word's length, or than
 * 1 for a short word. Empty names are ignored. The result is one of names.
 */
const char *nearest(const char *word, const char *const *names, gsize count);

#endif
