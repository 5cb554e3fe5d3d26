/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes TAP 14 (testanything.org) to standard output, and collects the results. All functions but tap_begin and
 * tap_clear may be called from any thread; the lines of one call stay together.
 */
#ifndef KVMLEAF_BOOT_RUN_TAP_H
#define KVMLEAF_BOOT_RUN_TAP_H

#include <glib.h>

/* TAP_FAIL: the guest failed or its report is wrong. TAP_ERROR: no guest could be run, as when the disk is full. */
enum tap_outcome { TAP_PASS, TAP_FAIL, TAP_ERROR, TAP_SKIP, TAP_OUTCOMES };

/* One result. */
struct tap_entry {
	char *name;
	enum tap_outcome outcome;
	char *note; /* the reason of a skip, else a remark that is printed after "#"; NULL for none */
	double seconds;
	GString *text; /* the failed checks, one line each */
};

struct tap {
	unsigned planned;
	unsigned count[TAP_OUTCOMES];
	gboolean no_skip;   /* a skip counts as a failure */
	GPtrArray *results; /* struct tap_entry, in the order of printing */
	/* Called after each result, never by two threads at once; NULL for none. */
	void (*on_result)(gpointer context, const struct tap *tap);
	gpointer context;
};

/* Prints version and plan. skip is the reason where count is 0, else NULL. */
void tap_begin(struct tap *tap, unsigned count, const char *skip);
void tap_clear(struct tap *tap);
/* Prints one result. complaints, which may be NULL, are diagnostic lines; note is as in struct tap_entry. */
void tap_result(struct tap *tap, const char *name, enum tap_outcome outcome, const GPtrArray *complaints,
	const char *note, double seconds);
/* Prints a result with a single diagnostic line. */
void tap_complain(struct tap *tap, const char *name, enum tap_outcome outcome, const char *complaint, double seconds);
/* Prints a diagnostic line that belongs to no result. */
void tap_note(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* Prints that the run ends for this reason before all results are there. */
void tap_bail_out(const char *why);
/* The case's name in a result line of TAP, to be freed; NULL for another line. */
char *tap_name_of(const char *line);
/*
 * Takes a line of another TAP stream: results are counted, renumbered and printed, and the diagnostics after a result
 * are added to it. *current, NULL at first, is the stream's last result, which this function sets. Other lines are
 * ignored.
 */
void tap_relay(struct tap *tap, const char *line, double seconds, struct tap_entry **current);

#endif
