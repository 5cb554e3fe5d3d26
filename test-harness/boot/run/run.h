/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that run guests. */
#ifndef KVMLEAF_BOOT_RUN_RUN_H
#define KVMLEAF_BOOT_RUN_RUN_H

#include "host.h"
#include "options.h"

/*
 * Each returns the process's exit status (error.h), which an error, where one is set, overrides by its own code. Each
 * guest's files go to a folder of its own in the folder out.
 */
/* One boot, whose console and report are printed. */
int run_boot(const struct options *options, const struct host *host, const char *out, GError **error);
/* The selected cases, with TAP on standard output. */
int run_cases(const struct options *options, const struct host *host, const char *out, GError **error);
/* Inside a nested host: the cases in cases.json, which the kvmleaf-boot outside has put beside this program. */
int run_nested_job(const struct options *options, const struct host *host, const char *out, GError **error);
/* Lists the selected cases instead of running them. */
int run_list(const struct options *options, const struct host *host, GError **error);

#endif
