/* SPDX-License-Identifier: BSD-2-Clause */
/* TAP 14 (testanything.org) on standard output; every call writes its lines whole, from any thread. */
#ifndef KVMLEAF_BOOT_RUN_TAP_H
#define KVMLEAF_BOOT_RUN_TAP_H

#include <glib.h>

/* A guest that is not as it should be has failed; where none could be run, for want of disk space say, it is an error.
 */
enum tap_outcome { TAP_PASS, TAP_FAIL, TAP_ERROR, TAP_SKIP, TAP_OUTCOMES };

/* One result, as it was printed. */
struct tap_entry {
	char *name;
	enum tap_outcome outcome;
	char *note; /* of a skip the reason; else what the line says behind its #; NULL for nothing */
	double seconds;
	GString *text; /* the complaints, a line each */
};

struct tap {
	unsigned planned;
	unsigned count[TAP_OUTCOMES];
	gboolean no_skip;   /* what would be skipped has failed */
	GPtrArray *results; /* struct tap_entry, in the order of printing */
	/* Called after each result, one at a time; NULL for nobody. */
	void (*on_result)(gpointer context, const struct tap *tap);
	gpointer context;
};

/* skip: why there is nothing to run, where count is 0. */
void tap_begin(struct tap *tap, unsigned count, const char *skip);
void tap_clear(struct tap *tap);
/* One result. complaints, which may be NULL, are diagnostic lines; note as in struct tap_entry. */
void tap_result(struct tap *tap, const char *name, enum tap_outcome outcome, const GPtrArray *complaints,
	const char *note, double seconds);
/* A result with a single complaint. */
void tap_complain(struct tap *tap, const char *name, enum tap_outcome outcome, const char *complaint, double seconds);
/* A diagnostic line that belongs to no result. */
void tap_note(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* The run ends here, with results missing, and this is why. */
void tap_bail_out(const char *why);
/* The name of the result that a line is, NULL for a line that is none; to be freed. */
char *tap_name_of(const char *line);
/*
 * A line of another TAP stream: results are counted and renumbered. The diagnostics that follow a result belong to the
 * entry *current, which this keeps for one stream.
 */
void tap_relay(struct tap *tap, const char *line, double seconds, struct tap_entry **current);

#endif
