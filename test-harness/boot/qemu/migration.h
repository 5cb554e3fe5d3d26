/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Saves and restores a stopped guest by QEMU's migration. Its memory is not in the stream but stays in its own file
 * (migration capability x-ignore-shared).
 */
#ifndef KVMLEAF_BOOT_QEMU_MIGRATION_H
#define KVMLEAF_BOOT_QEMU_MIGRATION_H

#include "qemu/qmp.h"

/* Writes the migration stream of a stopped guest to the file. FALSE with an error. */
gboolean migration_save(struct qmp *qmp, const char *path, GError **error);
/*
 * Restores the guest from QEMU's descriptor CHILD_STREAM_FD; QEMU was started with -incoming defer and -S. The guest is
 * then stopped until QMP's "cont". FALSE with an error.
 */
gboolean migration_restore(struct qmp *qmp, GError **error);

#endif
