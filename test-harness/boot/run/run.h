/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests as they were asked for: one boot for a person, or cases for a machine. */
#ifndef KVMLEAF_BOOT_RUN_RUN_H
#define KVMLEAF_BOOT_RUN_RUN_H

#include "host.h"
#include "options.h"

/* Each returns the status that kvmleaf-boot ends with; the folder out takes a folder for each guest. */
int run_boot(const struct options *options, const struct host *host, const char *out, GError **error);
int run_cases(const struct options *options, const struct host *host, const char *out, GError **error);
/* Inside of a nested host: the cases that another kvmleaf-boot has put beside this one, on this host's KVM. */
int run_nested_job(const struct options *options, const struct host *host, const char *out, GError **error);
/* Prints the cases instead of running them. */
int run_list(const struct options *options, const struct host *host, GError **error);

#endif
