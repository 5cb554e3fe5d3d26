/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the payload disk, from which the launcher in a restored guest reads the app and its arguments. */
#ifndef KVMLEAF_BOOT_GUEST_PAYLOAD_DISK_H
#define KVMLEAF_BOOT_GUEST_PAYLOAD_DISK_H

#include "guest/guest.h"

/*
 * Writes payload.img, in the format of launcher/payload.h, into the guest's folder. FALSE with an error, BOOT_USAGE
 * where app or arguments are too large.
 */
gboolean payload_write(const struct guest_spec *spec, GError **error);
/* Opens the payload disk of that folder, to read from; the caller closes the descriptor. -1 with an error. */
int payload_open(const char *folder, GError **error);
/* Passes what the guest has printed to the disk since the last call to take. *at: bytes read so far, 0 at first. */
void payload_read_console(
	int fd, gsize *at, void (*take)(gpointer context, const char *bytes, gsize length), gpointer context);

#endif
