/* SPDX-License-Identifier: BSD-2-Clause */
/* A stopped machine to a file and back, memory left where it is (QEMU's capability x-ignore-shared). */
#ifndef KVMLEAF_BOOT_QEMU_MIGRATION_H
#define KVMLEAF_BOOT_QEMU_MIGRATION_H

#include "qemu/qmp.h"

gboolean migration_save(struct qmp *qmp, const char *path, GError **error);
/* From the child's descriptor CHILD_STREAM_FD; leaves the machine restored and stopped. */
gboolean migration_restore(struct qmp *qmp, GError **error);

#endif
