/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a QEMU supports, asked from itself by QMP. It is asked before any guest runs, so that a wrong name in a case or
 * option gives one clear message.
 */
#ifndef KVMLEAF_BOOT_QEMU_QEMU_INFO_H
#define KVMLEAF_BOOT_QEMU_QEMU_INFO_H

#include <glib.h>

struct qemu_info {
	char *version;
	GHashTable *machines, *models, *properties; /* sets of names: QEMU machine types, CPU models, CPU properties */
};

/* qemu is a path, or a name in PATH. To be freed with qemu_info_free; NULL with an error. */
struct qemu_info *qemu_info_get(const char *qemu, GError **error);
void qemu_info_free(struct qemu_info *info);
/* The KVM CPU properties of the feature table that this QEMU lacks; to be freed with g_strfreev. */
char **qemu_info_unknown(const struct qemu_info *info);
/* Whether this QEMU can be run and is new enough; FALSE with BOOT_SETUP where not. */
gboolean qemu_check(const char *qemu, GError **error);

#endif
