/* SPDX-License-Identifier: BSD-2-Clause */
/* Selects the cases that the command line asks for, and lists them. */
#ifndef KVMLEAF_BOOT_RUN_CASE_SELECT_H
#define KVMLEAF_BOOT_RUN_CASE_SELECT_H

#include "cases/cases.h"
#include "host.h"
#include "options.h"

/*
 * Loads and generates all cases, selects those that were asked for and of these --shard's part, and checks them against
 * this QEMU, whose version is in *ret_qemu, to be freed. The array of struct boot_case is to be unreferenced, which
 * frees the cases; NULL with an error, BOOT_USAGE for invalid input.
 */
GPtrArray *case_select(const struct options *options, const struct host *host, char **ret_qemu, GError **error);
/* Prints one line for each case, or with --json an array with one object for each. */
void case_list(const struct options *options, const GPtrArray *cases);

#endif
