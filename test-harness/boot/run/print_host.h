/* SPDX-License-Identifier: BSD-2-Clause */
/* The command host: what was found on this machine, for a person or a script. */
#ifndef KVMLEAF_BOOT_RUN_PRINT_HOST_H
#define KVMLEAF_BOOT_RUN_PRINT_HOST_H

#include "options.h"

/* Prints a line "NAME VALUE" for each thing, or the value alone of the one that is named; the process's status. */
int print_host(const struct options *options, GError **error);

#endif
