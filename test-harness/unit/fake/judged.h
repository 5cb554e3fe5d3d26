/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A made-up result of a guest, for the tests of the judges: a KVM guest of which everything agrees, as README shows
 * one. A test changes one thing and asserts what the judges say of it. The texts are written by hand from README and
 * the schema, so that they do not depend on the code that writes them in the firmware.
 */
#ifndef KVMLEAF_UNIT_FAKE_JUDGED_H
#define KVMLEAF_UNIT_FAKE_JUDGED_H

#include "cases/case_keys.h"
#include "judge/judge_guest.h"
#include "kvmleaf/report_variable.h"

/* KVM's features of -cpu host with Linux 6.1 and QEMU 7.2. */
enum { HOST_EAX = 0x01007afb };

struct sample {
	struct boot_case *boot_case;
	struct guest_result result;
	GString *report, *console;
};

/* How a guest differs from the good one, and what the judges must say of it. */
struct trial {
	const char *from, *to;           /* this text in the report is replaced by that one; NULL for no change */
	const char *said_from, *said_to; /* the same on the console */
	const char *key, *value;         /* a key of the case file that is set; NULL for none */
	void (*change)(struct sample *sample);
	const char *wrong;  /* words of a complaint that must come; NULL: there must be no complaint at all */
	const char *silent; /* the oracle that must be named as giving no answer; NULL: each must have answered */
};

/* Replaces the first occurrence, which must exist; nothing where from is NULL. */
void sample_replace(GString *text, const char *from, const char *to);

void sample_init(struct sample *sample);
/* Judges the guest as if it had left these texts; an empty report stands for none. */
void sample_judge(struct sample *sample, struct judged *judged);
void sample_clear(struct sample *sample);
/* Whether one of the lines contains these words. */
gboolean sample_has_words(const GPtrArray *lines, const char *words);

/* The trials of one check. */
struct trials {
	const char *name;
	const struct trial *trials;
	size_t count;
};

/*
 * Adds a test for each row, which runs its trials. Among them must be one without a complaint and one with a complaint:
 * a check that is always satisfied, or never, would go unnoticed otherwise.
 */
void add_trials(const char *folder, const struct trials *rows, size_t count);

#endif
