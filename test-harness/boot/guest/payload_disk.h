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

#endif
