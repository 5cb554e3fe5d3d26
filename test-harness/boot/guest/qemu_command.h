/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_GUEST_QEMU_COMMAND_H
#define KVMLEAF_BOOT_GUEST_QEMU_COMMAND_H

#include "guest/guest.h"
#include "qemu/qmp.h"

enum guest_mode { GUEST_BOOT, GUEST_CAPTURE, GUEST_RESTORE };

/*
 * QEMU's argument vector for the guest, started stopped, but for a capture, which runs up to its own stop. vars is its
 * private variable store, NULL without flash.
 */
GPtrArray *qemu_command(const struct guest_spec *spec, enum guest_mode mode, const char *vars);
/* What makes two captured machines the same one, as text. */
char *qemu_capture_shape(unsigned smp);
/* The command as a shell would take it. */
char *qemu_command_text(const GPtrArray *command);
/* A path as QEMU's option lists take it: a comma in it is written twice. */
char *qemu_escape(const char *path);

#endif
