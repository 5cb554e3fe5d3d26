/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the app again and again, and in each run another call of the firmware fails in another way. */
#ifndef KVMLEAF_UNIT_FIRMWARE_FAILING_H
#define KVMLEAF_UNIT_FIRMWARE_FAILING_H

#include "kvmleaf/exit_status.h"
#include "unit/firmware/mock.h"

struct scenario {
	const char *name;
	void (*prepare)(void);   /* called after mock_init() */
	enum exit_status status; /* of the run in which no call fails */
	enum mock_end end;       /* likewise */
};

/* The run in which no call fails. It must end as the scenario says. */
void scenario_run(const struct scenario *scenario);
/*
 * That run, and then one run for each call of it and each status that the call may return (mock_services.def), and one
 * in which all calls of the same function return that status.
 */
void scenario_fail(const struct scenario *scenario);

/* The word behind this key on the last line, "" for none. To be freed. */
char *end_word(const char *key);
/* What holds after any run: its status, what was given back, and what is stored. */
void assert_ended_well(void);

#endif
