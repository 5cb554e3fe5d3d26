/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a file while another process appends to it. QEMU's serial and virtio ports write to files, since a socket or
 * pipe with a slow reader fills up, and QEMU then drops the guest's output.
 */
#ifndef KVMLEAF_BOOT_BASE_TAIL_H
#define KVMLEAF_BOOT_BASE_TAIL_H

#include <glib.h>

/* The interval at which callers should call tail_read. */
enum { TAIL_INTERVAL_MS = 100 };

/* Creates or empties the file and opens it for reading. The caller closes the descriptor; -1 with BOOT_SETUP. */
int tail_open(const char *path, GError **error);
/* Passes all bytes that were appended since the last call to take, in one or more calls. */
void tail_read(int fd, void (*take)(gpointer context, const char *bytes, gsize length), gpointer context);

#endif
