/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads files that the user named. */
#ifndef KVMLEAF_BOOT_BASE_INPUT_H
#define KVMLEAF_BOOT_BASE_INPUT_H

#include <glib.h>

/*
 * Reads the whole file, or standard input for "-". *ret_bytes is to be freed, and a NUL that *ret_length does not count
 * follows the bytes. FALSE with BOOT_USAGE where the file cannot be read or is larger than 64 MiB.
 */
gboolean input_read(const char *path, char **ret_bytes, gsize *ret_length, GError **error);

#endif
