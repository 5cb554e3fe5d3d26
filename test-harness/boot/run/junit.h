/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run's results as JUnit XML, the subset that CI engines share: failures apart from errors, times, and as properties
 * what the run was made with. The file is whole after each result, so that a run that is ended leaves what it did.
 */
#ifndef KVMLEAF_BOOT_RUN_JUNIT_H
#define KVMLEAF_BOOT_RUN_JUNIT_H

#include "run/tap.h"

struct junit;

/* Writes the file without a result; NULL and one line where it cannot be written. out: a failure carries the
 * serial.log that lies in out/NAME. */
struct junit *junit_new(const char *path, const char *out, GError **error);
void junit_free(struct junit *junit);
void junit_add_property(struct junit *junit, const char *name, const char *value);
/* Writes all results up to now. */
gboolean junit_write(const struct junit *junit, const struct tap *tap, GError **error);

/* The names of the cases that failed, or could not be tried, by such a file; NULL and one line for another. */
char **junit_read_failed(const char *path, GError **error);

#endif
