/* SPDX-License-Identifier: BSD-2-Clause */
/* A run of cases: the state that its threads share, and how one case or one nested host's cases are run and reported.
 */
#ifndef KVMLEAF_BOOT_RUN_SESSION_H
#define KVMLEAF_BOOT_RUN_SESSION_H

#include "cases/cases.h"
#include "host.h"
#include "nested/host_machine.h"
#include "options.h"
#include "run/junit.h"
#include "run/tap.h"

struct session {
	const struct options *options;
	const struct host *host;
	int jobs;        /* units that run in parallel */
	const char *out; /* each guest gets a folder of its own in this folder */
	struct tap tap;
	struct junit *junit; /* NULL for none */
};

/* Boots or restores the case on an accelerator of this system (kvm or tcg), judges it, and reports its result. */
void session_run_case(struct session *session, const struct boot_case *boot_case, const char *accel);
/*
 * Runs the cases in one nested host, and in further ones if it dies; their results are reported as they arrive. The
 * hosts' logs go to folder.
 */
void session_run_nested(
	struct session *session, const struct host_machine *machine, const GPtrArray *cases, const char *folder);
/*
 * Asks the run to stop after a failure with --fail-fast, and after any set-up error, which would hit the next case too.
 * why, the reason, is only used for a set-up error.
 */
void session_check_outcome(const struct session *session, enum tap_outcome outcome, const char *name, const char *why);

#endif
