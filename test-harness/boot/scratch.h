/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders that last for one run. */
#ifndef KVMLEAF_BOOT_SCRATCH_H
#define KVMLEAF_BOOT_SCRATCH_H

#include <glib.h>

char *scratch_make(GError **error);
/* Removes a folder and all in it. */
void scratch_remove(const char *folder);

#endif
