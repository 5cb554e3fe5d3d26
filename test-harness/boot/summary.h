/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run came to, for a person and for CI: a line on the terminal while it runs, totals at its end, JUnit XML. */
#ifndef KVMLEAF_BOOT_SUMMARY_H
#define KVMLEAF_BOOT_SUMMARY_H

#include <glib.h>

#include "tap.h"

/* On a terminal only: how far a run has come. */
void summary_progress(const struct tap *tap);
/* To standard error: the totals and what failed. */
void summary_print(const struct tap *tap, double seconds);
/* The common subset of JUnit XML; a failure carries the serial log that lies in out/NAME. */
gboolean summary_write_junit(const struct tap *tap, const char *path, const char *out, GError **error);

#endif
