/* SPDX-License-Identifier: BSD-2-Clause */
/* The fault: the app always ends with an internal fault, which the console and the exit status both say. */
#include "core/judge/judge.h"

__typeof__(judge_status) __wrap_judge_status;

enum exit_status __wrap_judge_status(const struct report *report)
{
	(void)report;
	return STATUS_INTERNAL;
}
