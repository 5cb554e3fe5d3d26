/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks what the case expects: one function for each CASE_EXPECTATION of case_keys.def, except vcpus. */
#include <string.h>

#include "core/judge/judge.h"
#include "core/leaves/cpu_features.h"
#include "judge/judgement.h"
#include "kvmleaf/exit_status.h"
#include "report/report_access.h"
#include "report/report_cpu.h"

static const json_t *kvm_of(const struct judgement *judgement)
{
	return json_object_get(judgement->report, "kvm");
}

void expect_report(struct judgement *judgement)
{
	/* Without a report nothing shows whether --require and --forbid hold, even if the app only prints its help. */
	gboolean is_needed = case_facts(judgement->boot_case).reports || judgement->boot_case->required;

	if ((judgement->report != NULL) != is_needed)
		add_line(judgement->wrong,
			is_needed ? "there is no report" : "there is a report; the case expects none");
}

/* EAX or EDX (enum kvm_register) of KVM's feature leaf, base+1, in the report. */
static uint32_t features_of(const struct judgement *judgement, int reg)
{
	return report_features(judgement->report, (enum kvm_register)reg);
}

/*
 * Whether the report's leaves are as this list of CPU features, NULL for none, wants them. Adds a line to wrong, if
 * that is not NULL, for each name that is not.
 */
static gboolean cpu_is_as_wanted(const struct judgement *judgement, enum expectation_kind kind, const char *list,
	GPtrArray *wrong, const char *whose)
{
	g_auto(GStrv) names = g_strsplit(list ?: "", ",", 0);
	struct cpu_facts facts = report_cpu_facts(judgement->report);
	gboolean good = TRUE;

	for (char **name = names; *name != NULL; name++) {
		struct expectation expectation = { .kind = kind };

		(void)cpu_features_by_name(*name, strlen(*name), &expectation.cpu);
		if (cpu_expectation_holds(&facts, &expectation))
			continue;
		good = FALSE;
		if (wrong != NULL)
			add_line(wrong, "the CPU %s %s by the report's leaves; %s says otherwise",
				kind == EXPECT_REQUIRE ? "is not known to have" : "is not known to lack", *name, whose);
	}
	return good;
}

static gboolean lacks_requirement(const struct judgement *judgement)
{
	const struct boot_case *boot_case = judgement->boot_case;
	gboolean lacks = FALSE;

	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		lacks = lacks || (boot_case->set[reg] & ~features_of(judgement, reg)) != 0 ||
			(boot_case->clear[reg] & features_of(judgement, reg)) != 0;
	return lacks || !cpu_is_as_wanted(judgement, EXPECT_REQUIRE, boot_case->cpu_set, NULL, NULL) ||
	       !cpu_is_as_wanted(judgement, EXPECT_FORBID, boot_case->cpu_clear, NULL, NULL);
}

/* The expected status is "pass" if the case names none. If --require or --forbid does not hold, it must say so. */
void expect_status(struct judgement *judgement)
{
	const char *expected = judgement->boot_case->status ?: exit_status_name(STATUS_PASS);
	const char *status = judgement_end_value(judgement, "status");

	judgement_compare(judgement, "the status", status, expected, "the case");
	if (judgement->boot_case->required && judgement->report != NULL && lacks_requirement(judgement) &&
		g_strcmp0(status, exit_status_name(STATUS_EXPECTATION)) != 0)
		add_line(judgement->wrong, "the app's status is %s, though --require or --forbid does not hold",
			status ?: "absent");
}

void expect_verdict(struct judgement *judgement)
{
	if (judgement->boot_case->verdict != NULL)
		judgement_compare(judgement, "the verdict", report_string_member(judgement->report, "verdict"),
			judgement->boot_case->verdict, "the case");
}

void expect_hypervisor_bit(struct judgement *judgement)
{
	const char *bit = json_is_true(json_object_get(judgement->report, "hypervisor_bit")) ? "set" : "clear";

	if (judgement->boot_case->hypervisor_bit != NULL)
		judgement_compare(
			judgement, "the hypervisor bit", bit, judgement->boot_case->hypervisor_bit, "the case");
}

void expect_base(struct judgement *judgement)
{
	uint32_t base = report_hex_member(kvm_of(judgement), "base");

	if (judgement->boot_case->base != 0 && base != judgement->boot_case->base)
		add_line(judgement->wrong, "KVM's base is 0x%08x; the case expects 0x%08x", base,
			judgement->boot_case->base);
}

/* Compares the maximum leaf as CPUID returned it (max_leaf), not the corrected one (max_leaf_used). */
void expect_max_leaf(struct judgement *judgement)
{
	const char *base = report_string_member(kvm_of(judgement), "base");
	const json_t *block = report_row(json_object_get(judgement->report, "blocks"), "base", base);
	uint32_t leaf = report_hex_member(block, "max_leaf");

	if (judgement->boot_case->max_leaf != 0 && leaf != judgement->boot_case->max_leaf)
		add_line(judgement->wrong, "KVM's maximum leaf is 0x%08x; the case expects 0x%08x", leaf,
			judgement->boot_case->max_leaf);
}

void expect_problem(struct judgement *judgement)
{
	const char *problem = judgement->boot_case->problem;

	if (problem != NULL && !report_has_problem(judgement->report, problem))
		add_line(judgement->wrong, "the report lacks the expected problem \"%s\"", problem);
}

void expect_signature(struct judgement *judgement)
{
	const char *signature = judgement->boot_case->signature;
	const json_t *blocks = json_object_get(judgement->report, "blocks");

	if (signature != NULL && report_row(blocks, "signature", signature) == NULL)
		add_line(judgement->wrong, "no block has the signature \"%s\"", signature);
}

static void compare_masked(struct judgement *judgement, const uint32_t *mask, const uint32_t *expected, const char *key)
{
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		judgement_compare_bits(
			judgement, (enum kvm_register)reg, features_of(judgement, reg) & mask[reg], expected[reg], key);
}

void expect_set(struct judgement *judgement)
{
	const struct boot_case *boot_case = judgement->boot_case;
	const char *whose = boot_case->required ? "--require" : "\"set\" of the case";

	compare_masked(judgement, boot_case->set, boot_case->set, whose);
	(void)cpu_is_as_wanted(judgement, EXPECT_REQUIRE, boot_case->cpu_set, judgement->wrong, whose);
}

void expect_clear(struct judgement *judgement)
{
	static const uint32_t none[2];
	const struct boot_case *boot_case = judgement->boot_case;
	const char *whose = boot_case->required ? "--forbid" : "\"clear\" of the case";

	compare_masked(judgement, boot_case->clear, none, whose);
	(void)cpu_is_as_wanted(judgement, EXPECT_FORBID, boot_case->cpu_clear, judgement->wrong, whose);
}

void expect_exactly(struct judgement *judgement)
{
	static const uint32_t all[2] = { UINT32_MAX, UINT32_MAX };

	if (judgement->boot_case->has_exactly)
		compare_masked(judgement, all, judgement->boot_case->exactly, "\"exactly\" of the case");
}

/* Checks only that there is a probe: judge_probe_results compares its results with the case's broken features. */
void expect_broken(struct judgement *judgement)
{
	const uint32_t *broken = judgement->boot_case->broken;

	if ((broken[KVM_EAX] | broken[KVM_EDX]) != 0 && json_object_get(judgement->report, "probe") == NULL)
		add_line(judgement->wrong, "the case has broken features, and the report has no probe");
}

/* judge_feature_words ignores these bits. QEMU must have asked KVM for them; otherwise the case would test nothing. */
void expect_stripped(struct judgement *judgement)
{
	const struct guest_result *result = judgement->result;
	const uint32_t *stripped = judgement->boot_case->stripped;

	for (int reg = KVM_EAX; reg <= KVM_EDX && result->has_words; reg++)
		if ((stripped[reg] & ~result->words[reg]) != 0)
			add_line(judgement->wrong,
				"the case lets KVM take away 0x%08x of %s, which QEMU never asked for",
				stripped[reg] & ~result->words[reg], report_register((enum kvm_register)reg));
}
