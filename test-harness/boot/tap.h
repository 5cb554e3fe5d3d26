/* SPDX-License-Identifier: BSD-2-Clause */
/* TAP 14 (testanything.org) on standard output; every call writes its lines whole, from any thread. */
#ifndef KVMLEAF_BOOT_TAP_H
#define KVMLEAF_BOOT_TAP_H

#include <glib.h>

/* One result, as it was printed. */
struct tap_entry {
	char *name;
	gboolean ok;
	char *skip;    /* the reason, NULL for a case that was run */
	GString *text; /* the complaints, a line each */
};

struct tap {
	unsigned planned, passed, failed, skipped;
	GPtrArray *results; /* struct tap_entry, in the order of printing */
};

void tap_begin(struct tap *tap, unsigned count);
void tap_clear(struct tap *tap);
/* One result; each complaint is a diagnostic line. A non-NULL skip is the reason why the case was not run. */
void tap_result(struct tap *tap, const char *name, const GPtrArray *complaints, const char *skip);
/* A single complaint. */
void tap_fail(struct tap *tap, const char *name, const char *complaint);
/* A diagnostic line that belongs to no result. */
void tap_note(const char *format, ...) G_GNUC_PRINTF(1, 2);
/*
 * A line of another TAP stream: results are counted and renumbered. The diagnostics that follow a result belong to the
 * entry *current, which this keeps for one stream. Returns the name of the result that the line was, or NULL.
 */
const char *tap_relay(struct tap *tap, const char *line, struct tap_entry **current);

#endif
