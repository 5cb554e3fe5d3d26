/* SPDX-License-Identifier: BSD-2-Clause */
/* Which cases a command line asks for. */
#ifndef KVMLEAF_BOOT_RUN_CASE_SELECT_H
#define KVMLEAF_BOOT_RUN_CASE_SELECT_H

#include "cases/cases.h"
#include "host.h"
#include "options.h"

/*
 * The cases of the files and of the feature table that were asked for, --shard's part of them, each checked against
 * this QEMU, whose version is in *ret_qemu. NULL and one line on bad input, such as a case that names a file that is
 * not there.
 */
GPtrArray *case_select(const struct options *options, const struct host *host, char **ret_qemu, GError **error);
/* A line each, or with --json an array with an object each. */
void case_list(const struct options *options, const GPtrArray *cases);

#endif
