/* SPDX-License-Identifier: BSD-2-Clause */
/* What the judges of a guest share: what is judged, and where each puts what it found. */
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
	GPtrArray *wrong;     /* a line for each thing that is not as it should be */
	GPtrArray *silent;    /* a name for each oracle that should have been asked and gave no answer */
};

/* Whether a recorded machine was decoded in place of the guest's own: nobody but the app knows that one. */
gboolean judgement_is_replay(const struct judgement *judgement);
/* A value of the console's last line; NULL where it has no such key. */
const char *judgement_end_value(const struct judgement *judgement, const char *key);
/* Adds a line to wrong where the two strings differ; NULL stands for absent. */
void judgement_compare(
	struct judgement *judgement, const char *what, const char *got, const char *expected, const char *whose);
/* Adds a line to wrong, with its name, for each bit that the two words differ in. */
void judgement_compare_bits(
	struct judgement *judgement, enum kvm_register reg, uint32_t got, uint32_t expected, const char *whose);

/* The judges: judge_NAME for each row of judge_checks.def, expect_NAME for each expectation of case_keys.def. */
#define JUDGE_CHECK(name) void judge_##name(struct judgement *judgement);
#define JUDGE_REPORT_CHECK JUDGE_CHECK
#include "judge/judge_checks.def"

#define CASE_EXPECTATION(name, spelled, setter, choices) void expect_##name(struct judgement *judgement);
#include "cases/case_keys.def"

#endif
