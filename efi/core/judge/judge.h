/* SPDX-License-Identifier: BSD-2-Clause */
/* The verdict, whether the user's expectations hold, and the exit status. */
#ifndef KVMLEAF_CORE_JUDGE_JUDGE_H
#define KVMLEAF_CORE_JUDGE_JUDGE_H

#include "core/report/report.h"

/*
 * Whether a requirement or a prohibition of features of the CPU (expectation->cpu) holds. What nothing is known of is
 * neither there nor absent. A level is there only if all of its features are.
 */
bool cpu_expectation_holds(const struct cpu_facts *facts, const struct expectation *expectation);
/* Fills report->verdict, and holds of each expectation, from what discover() and decode_kvm() found. */
void judge_report(struct report *report);
/* The first of EXPECTATION, PROBE, NOT_PROBED and VCPUS that applies to a judged report; PASS where none does. */
enum exit_status judge_status(const struct report *report);

#endif
