/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/arguments/restrict.h"

struct refusal {
	struct report *report;
	struct text *error;
	bool any;
};

static void refuse(struct refusal *refusal, enum problem_kind problem, const char *argument)
{
	text_string(refusal->error,
		refusal->any ? ", " : "Secure Boot is on, and no source of arguments is signed; refused: ");
	text_string(refusal->error, argument);
	report_problem(refusal->report, problem, 0);
	refusal->any = true;
}

bool arguments_restrict(struct arguments *arguments, struct report *report, struct text *error)
{
	struct refusal refusal = { .report = report, .error = error };

	if (arguments->exit == EXIT_QEMU) {
		arguments->exit = EXIT_POWEROFF;
		refuse(&refusal, PROBLEM_EXIT_REFUSED, "--exit=qemu (power off instead)");
	}
	if (arguments->save[0] != '\0') {
		arguments->save[0] = '\0';
		refuse(&refusal, PROBLEM_SAVE_REFUSED, "--save");
	}
	if (arguments->probe_force) {
		arguments->probe_force = false;
		refuse(&refusal, PROBLEM_FORCE_REFUSED, "--probe=force (--probe instead)");
	}
	return !refusal.any;
}
