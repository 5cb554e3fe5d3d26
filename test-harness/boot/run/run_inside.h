/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases that are known already, run on an accelerator of this machine: what a nested host's job comes to. */
#ifndef KVMLEAF_BOOT_RUN_RUN_INSIDE_H
#define KVMLEAF_BOOT_RUN_RUN_INSIDE_H

#include "cases/cases.h"
#include "host.h"
#include "options.h"

/* One boot, its console shown, its report printed. The case's status becomes what the app itself said. */
int run_boot_here(const struct options *options, const struct host *host, struct boot_case *boot, const char *accel,
	const char *out, GError **error);
/* Cases one after the other, their results as TAP. */
int run_given_cases(const struct options *options, const struct host *host, const GPtrArray *cases, const char *out,
	GError **error);

#endif
