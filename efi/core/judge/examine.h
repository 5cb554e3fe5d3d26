/* SPDX-License-Identifier: BSD-2-Clause */
/* The one place that knows the order of an examination: discover, compare the vCPUs, decode, probe, judge. */
#ifndef KVMLEAF_CORE_JUDGE_EXAMINE_H
#define KVMLEAF_CORE_JUDGE_EXAMINE_H

#include "core/base/text.h"
#include "core/leaves/dump.h"
#include "core/report/report.h"

struct examination {
	const struct cpuid_source *cpu; /* the first vCPU */
	/*
	 * Optional, NULL for a machine of one vCPU: sets the report's vcpu_count and compares every other vCPU with the
	 * first (core/leaves/vcpu_compare.h). False ends the examination.
	 */
	bool (*compare_vcpus)(void *context, struct report *report);
	/* Optional, NULL where no probe was asked for: fills report->probe, usually by probe_run(). */
	void (*probe)(void *context, struct report *report);
	void *context;
};

/*
 * Fills the report. What only the caller knows must be in it already: expectations, what was asked of the probe,
 * replay, foreign_machine, Secure Boot, and problems so far; the rest must be zeros. False where compare_vcpus ended
 * it: the report is then incomplete.
 */
bool examine(const struct examination *examination, struct report *report);

/*
 * The same for a recorded machine: a dump after dump_init(). The report is marked as a replay. False for a dump that is
 * wrong in any of its CPUs, with one line in error; the report is then incomplete.
 */
bool examine_dump(struct dump *dump, struct report *report, struct text *error);

#endif
