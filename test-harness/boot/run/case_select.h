/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cases a command line asks for. */
#ifndef KVMLEAF_BOOT_RUN_CASE_SELECT_H
#define KVMLEAF_BOOT_RUN_CASE_SELECT_H

#include "cases/cases.h"
#include "settings.h"

/*
 * The cases of the files and of the feature table that were asked for, --shard's part of them, each checked against
 * this QEMU, whose missing properties are left in settings->unknown and whose version is in *ret_qemu. NULL and one
 * line on bad input, to which belongs a case that names a file that is not there.
 */
GPtrArray *case_select(struct settings *settings, char **ret_qemu, GError **error);
/* A line each, or with --json an array with an object each. */
void case_list(const struct settings *settings, const GPtrArray *cases);

#endif
