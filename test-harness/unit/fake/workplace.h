/* SPDX-License-Identifier: BSD-2-Clause */
/* A temporary folder for one test's files, and the assertion that most tests make of an error. */
#ifndef KVMLEAF_UNIT_FAKE_WORKPLACE_H
#define KVMLEAF_UNIT_FAKE_WORKPLACE_H

#include <glib.h>

#include "base/error.h"

char *workplace_make(void);
/* Removes the folder with all that is in it, and frees its name. */
void workplace_remove(char *folder);

/* Writes a file into the folder and returns its path. length: of the content, or -1 for a string. */
char *workplace_write(const char *folder, const char *name, const char *content, gssize length);

gboolean workplace_has(const char *folder, const char *name);

/* The number of entries of a folder. */
guint workplace_count(const char *folder);

/* Asserts that the error is set, has that status, is one line and contains these words; then frees it. */
void assert_error_says(GError **error, enum boot_status status, const char *words);

#endif
