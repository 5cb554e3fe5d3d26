/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What another process writes to a file, as it grows. QEMU's serial ports and virtio ports go to files, since a socket
 * or pipe whose reader is slow fills up, and QEMU then drops what the guest says.
 */
#ifndef KVMLEAF_BOOT_BASE_TAIL_H
#define KVMLEAF_BOOT_BASE_TAIL_H

#include <glib.h>

/* How often a growing file is looked at. */
enum { TAIL_INTERVAL_MS = 100 };

/* Makes the file, empty, and opens it to read; -1 and one line where that cannot be. */
int tail_open(const char *path, GError **error);
/* Hands all that has come since the last call to take. */
void tail_read(int fd, void (*take)(gpointer context, const char *bytes, gsize length), gpointer context);

#endif
