/* SPDX-License-Identifier: BSD-2-Clause */
/* What this QEMU knows, by its own word (QMP): asked before anything is run, so that a wrong name is one clear line. */
#ifndef KVMLEAF_BOOT_QEMU_QEMU_INFO_H
#define KVMLEAF_BOOT_QEMU_QEMU_INFO_H

#include <glib.h>

struct qemu_info {
	char *version;
	GHashTable *machines, *models, *properties; /* sets of names; properties are those of x86 CPUs */
};

struct qemu_info *qemu_info_get(const char *qemu, GError **error);
void qemu_info_free(struct qemu_info *info);
/* QEMU's properties for KVM features that this one lacks, a NULL-terminated list to be freed with g_strfreev. */
char **qemu_info_unknown(const struct qemu_info *info);
/* Whether this QEMU can be run, and is new enough; FALSE and one line where not. */
gboolean qemu_check(const char *qemu, GError **error);

#endif
