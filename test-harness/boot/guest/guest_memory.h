/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that a guest shares with this process: its RAM, or the end of it. Firmware that finds no flash keeps its
 * variables in RAM, as high as possible (edk2 OvmfPkg/EmuVariableFvbRuntimeDxe), so that the store which the guest
 * leaves can be read from there.
 */
#ifndef KVMLEAF_BOOT_GUEST_GUEST_MEMORY_H
#define KVMLEAF_BOOT_GUEST_GUEST_MEMORY_H

#include <glib.h>

/* QEMU's descriptor of the memory, and the file that names it there. */
enum { CHILD_MEMORY_FD = 12 };
#define CHILD_MEMORY_FILE "/proc/self/fd/12"

/* Memory of so many bytes: zeros, or the content of a file. Its descriptor, to be closed; -1 with an error. */
int guest_memory_make(gsize size, const char *content, GError **error);
/* Writes the memory, or the variable store that lies in it, to a file. FALSE with an error. */
gboolean guest_memory_save(int memory, const char *path, GError **error);
gboolean guest_memory_save_store(int memory, const char *path, GError **error);

#endif
