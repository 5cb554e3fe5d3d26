/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to run/: runs given cases on an accelerator of this system. Inside a nested host, its job does this. */
#ifndef KVMLEAF_BOOT_RUN_RUN_INSIDE_H
#define KVMLEAF_BOOT_RUN_RUN_INSIDE_H

#include "cases/cases.h"
#include "host.h"
#include "options.h"

/* Boots once and prints console and report. Sets the case's status to the app's. Returns the exit status (error.h). */
int run_boot_here(const struct options *options, const struct host *host, struct boot_case *boot, const char *accel,
	const char *out, GError **error);
/* Runs the cases one after another, with TAP on standard output. Returns the exit status (error.h). */
int run_given_cases(const struct options *options, const struct host *host, const GPtrArray *cases, const char *out,
	GError **error);

#endif
