/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows the user how a run goes: a progress line on the terminal, and a summary at the end. */
#ifndef KVMLEAF_BOOT_RUN_SUMMARY_H
#define KVMLEAF_BOOT_RUN_SUMMARY_H

#include <glib.h>

#include "run/tap.h"

/* Updates the progress line, if standard error is a terminal and standard output is not. */
void summary_progress(const struct tap *tap);
/* Prints to standard error: totals, the number of cases not run, the reasons of skips, and each failure. */
void summary_print(const struct tap *tap, double seconds);

#endif
