/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of cases: what all its threads share, and how a case's result is told. */
#ifndef KVMLEAF_BOOT_RUN_SESSION_H
#define KVMLEAF_BOOT_RUN_SESSION_H

#include "cases/cases.h"
#include "run/junit.h"
#include "host.h"
#include "nested/host_machine.h"
#include "options.h"
#include "run/tap.h"

struct session {
	const struct options *options;
	const struct host *host;
	int jobs;        /* units that run side by side */
	const char *out; /* takes a folder for each guest */
	struct tap tap;
	struct junit *junit; /* NULL for none */
};

/* Boots or restores the case on an accelerator of this machine, judges it, and tells its result. */
void session_run_case(struct session *session, const struct boot_case *boot_case, const char *accel);
/* Runs the cases in nested hosts, one after another, each in a host of its own folder; the results are told as they
 * come. */
void session_run_nested(
	struct session *session, const struct host_machine *machine, const GPtrArray *cases, const char *folder);
/*
 * What a result means for the rest of the run: after the first failure nothing more is run where the user said so, and
 * after a set-up error, which would befall the next case too, in any case.
 */
void session_heed(const struct session *session, enum tap_outcome outcome, const char *name, const char *why);

#endif
