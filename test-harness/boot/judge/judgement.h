/* SPDX-License-Identifier: BSD-2-Clause */
/* The input and output that all checks of a guest share, and helpers for them. */
#ifndef KVMLEAF_BOOT_JUDGE_JUDGEMENT_H
#define KVMLEAF_BOOT_JUDGE_JUDGEMENT_H

#include <jansson.h>

#include "cases/case_facts.h"
#include "cases/cases.h"
#include "guest/guest.h"
#include "kvmleaf/kvm_abi.h"

struct judgement {
	const struct boot_case *boot_case;
	const struct guest_result *result;
	const json_t *report; /* NULL for none */
	GPtrArray *wrong;     /* one line for each failed check */
	GPtrArray *silent;    /* the name of each oracle that should have answered and did not */
};

/* Whether the app decoded a recorded dump (--replay) instead of the guest's own CPUID, so that no oracle applies. */
gboolean judgement_is_replay(const struct judgement *judgement);
/* A value of the console's KVMLEAF-END line; NULL where it has no such key, or there is no such line. */
const char *judgement_end_value(const struct judgement *judgement, const char *key);
/*
 * Adds a line to wrong where the two strings differ; NULL means absent. what names the compared value in that line, and
 * whose names the source of the expected one.
 */
void judgement_compare(
	struct judgement *judgement, const char *what, const char *got, const char *expected, const char *whose);
/* Adds a line to wrong, with the feature's name, for each bit in which the two values of that register differ. */
void judgement_compare_bits(
	struct judgement *judgement, enum kvm_register reg, uint32_t got, uint32_t expected, const char *whose);

/* The checks: judge_NAME for each row of judge_checks.def, expect_NAME for each CASE_EXPECTATION of case_keys.def. */
#define JUDGE_CHECK(name) void judge_##name(struct judgement *judgement);
#define JUDGE_REPORT_CHECK JUDGE_CHECK
#include "judge/judge_checks.def"

#define CASE_EXPECTATION(name, spelled, setter, choices) void expect_##name(struct judgement *judgement);
#include "cases/case_keys.def"

#endif
