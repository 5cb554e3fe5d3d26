/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_GUEST_PAYLOAD_DISK_H
#define KVMLEAF_BOOT_GUEST_PAYLOAD_DISK_H

#include "guest/guest.h"

/* Writes payload.img into the guest's folder: the disk by which a restored guest gets its app and arguments. */
gboolean payload_write(const struct guest_spec *spec, GError **error);

#endif
