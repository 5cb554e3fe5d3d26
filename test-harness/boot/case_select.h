/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cases a command line asks for. */
#ifndef KVMLEAF_BOOT_CASE_SELECT_H
#define KVMLEAF_BOOT_CASE_SELECT_H

#include "cases.h"
#include "settings.h"

/* The cases of the files and of the feature table that were asked for, --shard's part of them, each checked against
 * this QEMU, whose missing properties are left in settings->unknown. NULL and one line on bad input. */
GPtrArray *case_select(struct settings *settings, GError **error);
void case_list(const struct settings *settings, const GPtrArray *cases);

#endif
