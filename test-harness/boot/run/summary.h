/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run came to, for a person: a line on the terminal while it runs, and totals at its end. */
#ifndef KVMLEAF_BOOT_RUN_SUMMARY_H
#define KVMLEAF_BOOT_RUN_SUMMARY_H

#include <glib.h>

#include "run/tap.h"

/* On a terminal only: how far a run has come. */
void summary_progress(const struct tap *tap);
/* To standard error: the totals, what was not run, the reasons of skips, and what failed. */
void summary_print(const struct tap *tap, double seconds);

#endif
