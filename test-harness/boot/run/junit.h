/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a run's results as JUnit XML, in the subset that CI engines share: failures and errors, times, and as
 * properties the versions that were used. The file is complete after each result, so that a killed run leaves its
 * results so far.
 */
#ifndef KVMLEAF_BOOT_RUN_JUNIT_H
#define KVMLEAF_BOOT_RUN_JUNIT_H

#include "run/tap.h"

struct junit;

/*
 * Writes a file without results, to be continued with junit_write; to be freed with junit_free. The end of
 * out/NAME/serial.log is added to a failure of the case NAME. NULL with BOOT_SETUP where the file cannot be written.
 */
struct junit *junit_new(const char *path, const char *out, GError **error);
void junit_free(struct junit *junit);
void junit_add_property(struct junit *junit, const char *name, const char *value);
/* Writes the file anew with all results so far. FALSE with BOOT_SETUP. */
gboolean junit_write(const struct junit *junit, const struct tap *tap, GError **error);

/*
 * The names of the cases that have a failure or an error in a JUnit file, to be freed with g_strfreev; NULL with
 * BOOT_USAGE where it is no such file.
 */
char **junit_read_failed(const char *path, GError **error);

#endif
