/* SPDX-License-Identifier: BSD-2-Clause */
/* What the failure of a call means for the run: consequences.def. */
#ifndef KVMLEAF_UNIT_FIRMWARE_CONSEQUENCES_H
#define KVMLEAF_UNIT_FIRMWARE_CONSEQUENCES_H

#include "unit/firmware/mock.h"

/* What a run showed to the world. */
struct outcome {
	unsigned calls;
	struct mock_called *called;
	int status; /* as the world outside sees it; -1 for none */
	enum mock_end end;
	char *console;
	char *stored; /* the report variable; "" for none */
};

void outcome_take(struct outcome *outcome, int status);
void outcome_free(struct outcome *outcome);

/* failed: a run in which this call, which succeeded in the other run, returned this status. */
void assert_consequence(const struct outcome *baseline, const struct outcome *failed, const struct mock_called *called,
	EFI_STATUS status);
/* How many things the app may keep because a processor may still use them. */
unsigned kept_for_late_processors(void);

#endif
