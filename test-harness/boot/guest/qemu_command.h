/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes QEMU's command line for a guest. */
#ifndef KVMLEAF_BOOT_GUEST_QEMU_COMMAND_H
#define KVMLEAF_BOOT_GUEST_QEMU_COMMAND_H

#include "guest/guest.h"
#include "qemu/qmp.h"

enum guest_mode { GUEST_BOOT, GUEST_CAPTURE, GUEST_RESTORE };

/*
 * QEMU's argument vector (strings, no NULL at the end) for the guest; to be unreferenced. QEMU starts with -S, the
 * guest stopped, except for a capture. vars is the path of the guest's own variable store, used with STORE_FLASH.
 */
GPtrArray *qemu_command(const struct guest_spec *spec, enum guest_mode mode, const char *vars);
/* The options that every restore must have in common with its capture, as a text for the cache's key; to be freed. */
char *qemu_capture_shape(unsigned smp, enum store_kind store);
/* How many bytes of its memory the guest shares with this process (guest_memory.h); 0 for none. */
gsize qemu_shared_memory(const struct guest_spec *spec, enum guest_mode mode);
/* The command as one line, quoted for a shell; to be freed. */
char *qemu_command_text(const GPtrArray *command);
/* A path for QEMU's option lists, where a comma is written twice; to be freed. */
char *qemu_escape(const char *path);

#endif
