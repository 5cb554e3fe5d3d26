/* SPDX-License-Identifier: BSD-2-Clause */
/* The name that a person most likely meant. */
#ifndef KVMLEAF_BOOT_BASE_NEAREST_H
#define KVMLEAF_BOOT_BASE_NEAREST_H

#include <glib.h>

/*
 * Of so many names the one that takes the fewest insertions, deletions, changes and swaps of neighbouring characters
 * (the restricted Damerau-Levenshtein distance) to be made of word: at most a third of the word's length, and one in
 * any case. NULL where none is that near. Empty names are passed over.
 */
const char *nearest(const char *word, const char *const *names, gsize count);

#endif
