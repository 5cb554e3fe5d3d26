/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_BASE_INPUT_H
#define KVMLEAF_BOOT_BASE_INPUT_H

#include <glib.h>

/* A whole file that the user named, "-" for standard input; BOOT_USAGE and one line where it cannot be read. */
gboolean input_read(const char *path, char **ret_bytes, gsize *ret_length, GError **error);

#endif
