/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "host": prints which accelerator, QEMU, firmware and cache are found on this system. */
#ifndef KVMLEAF_BOOT_RUN_PRINT_HOST_H
#define KVMLEAF_BOOT_RUN_PRINT_HOST_H

#include "options.h"

/*
 * Prints a line "NAME VALUE" for each, or only the value where the command names one. Returns the process's exit
 * status; an error is set for one that is named and not found.
 */
int print_host(const struct options *options, GError **error);

#endif
