/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/columns.h"
#include "core/report/probe_result.h"

/* The outcomes that come with a reason of their own table. */
#define UNTESTED_NAME "advertised, cannot be tested here"
#define UNTESTED_WORDS "cannot be tested here" /* on the console */
#define WRONG_NAME "advertised but wrong"
#define ACCEPTED_NAME "masked but accepted" /* the longer of the two */

static const char *const outcomes[] = {
	[PROBE_ABSENT] = "absent",
	[PROBE_WORKS] = "works",
	[PROBE_ACCEPTED] = "accepted",
	[PROBE_REFUSED] = "advertised but refused",
	[PROBE_WRONG] = WRONG_NAME,
	[PROBE_UNTESTED] = UNTESTED_NAME,
	[PROBE_MASKED_REFUSED] = "masked and refused",
	[PROBE_MASKED_WORKS] = "masked but works",
	[PROBE_MASKED_ACCEPTED] = ACCEPTED_NAME,
};
_Static_assert(sizeof(outcomes) / sizeof(outcomes[0]) == PROBE_OUTCOMES, "an outcome of the probe has no name");

static const char *const whys[] = {
	[WHY_NONE] = "",
#define ACCEPTED(name, words) [WHY_##name] = (words),
#define UNTESTED(name, words) [WHY_##name] = (words),
#define WRONG(name, words) [WHY_##name] = (words),
#include "core/report/probe_whys.def"
};

/* A row of the probe's table shows the reason behind the outcome, in parentheses. */
#define ROW_FITS(outcome, words) (sizeof(outcome " (" words ")") - 1 <= COLUMN_RESULT)
#define ACCEPTED(name, words) _Static_assert(ROW_FITS(ACCEPTED_NAME, words), "too long for its column: " #name);
#define UNTESTED(name, words) _Static_assert(ROW_FITS(UNTESTED_WORDS, words), "too long for its column: " #name);
#define WRONG(name, words) _Static_assert(ROW_FITS(WRONG_NAME, words), "too long for its column: " #name);
#include "core/report/probe_whys.def"

const char *probe_outcome_name(enum probe_outcome outcome)
{
	return outcomes[outcome];
}

const char *probe_outcome_words(enum probe_outcome outcome)
{
	return outcome == PROBE_UNTESTED ? UNTESTED_WORDS : outcomes[outcome];
}

const char *probe_why_words(enum probe_why why)
{
	return whys[why];
}

const char *fault_name(enum fault fault)
{
	switch (fault) {
	case FAULT_NONE:
		return "ok";
#define FAULT(name, vector, size)                                                                                      \
	case FAULT_##name:                                                                                             \
		return "#" #name;
#include "core/report/faults.def"
	}
	return "?";
}

const char *pairing_result_name(enum pairing_result result)
{
	static const char *const names[PAIRING_RESULTS] = {
		[PAIRING_UNTRIED] = "untried",
		[PAIRING_ABSENT] = "absent",
		[PAIRING_NO_TSC] = "the host's clock is not the TSC",
		[PAIRING_WORKS] = "works",
		[PAIRING_WRONG] = "wrong",
	};

	return names[result];
}

const char *clock_reference_name(enum clock_reference reference)
{
	static const char *const names[CLOCK_REFERENCES] = {
		[REFERENCE_PM_TIMER] = "pm-timer",
		[REFERENCE_TSC] = "tsc-frequency",
		[REFERENCE_STALL] = "stall",
	};

	return names[reference];
}
