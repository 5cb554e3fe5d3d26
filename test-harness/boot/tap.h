/* SPDX-License-Identifier: BSD-2-Clause */
/* TAP 14 (testanything.org) on standard output; every call writes its lines whole, from any thread. */
#ifndef KVMLEAF_BOOT_TAP_H
#define KVMLEAF_BOOT_TAP_H

#include <glib.h>

struct tap {
	unsigned number, passed, failed, skipped;
};

void tap_plan(unsigned count);
/* One result; each complaint is a diagnostic line. A non-NULL skip is the reason why the case was not run. */
void tap_result(struct tap *tap, const char *name, const GPtrArray *complaints, const char *skip);
/* A single complaint, formatted. */
void tap_fail(struct tap *tap, const char *name, const char *complaint);
/* A diagnostic line that belongs to no result. */
void tap_note(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* A line of another TAP stream: results are counted and renumbered, diagnostics passed on. Returns the name of the
 * result that the line was, or NULL; the caller frees it. */
char *tap_relay(struct tap *tap, const char *line);

#endif
