/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "judge/judgement.h"
#include "judge/probe_rules.h"
#include "report/report_access.h"

#define UNTESTED_SHOWN "cannot be tested here" /* PROBED_UNTESTED on the console */

static gboolean has(uint32_t word, unsigned bit)
{
	return ((word >> bit) & 1) != 0;
}

static gboolean is_on_console(const GPtrArray *lines, const struct kvm_feature *feature, const char *shown)
{
	for (guint i = 0; i < lines->len; i++) {
		unsigned bit;
		char reg[4], name[64], result[128];

		if (sscanf(g_ptr_array_index(lines, i), "%3s %u %63s %127[^\n]", reg, &bit, name, result) == 4 &&
			strcmp(reg, report_register(feature->reg)) == 0 && bit == feature->bit &&
			strcmp(name, kvm_feature_bare_name(feature)) == 0 && strcmp(result, shown) == 0)
			return TRUE;
	}
	return FALSE;
}

/* The console's text for a row of the report's probe, "RESULT (WHY)"; to be freed. */
static char *console_text_of(const json_t *row)
{
	const char *result = report_string_member(row, "result") ?: "nothing";
	const char *why = report_string_member(row, "why");

	return g_strconcat(strcmp(result, PROBED_UNTESTED) == 0 ? UNTESTED_SHOWN : result, why != NULL ? " (" : NULL,
		why, why != NULL ? ")" : NULL, NULL);
}

static void judge_row(
	struct judgement *judgement, const struct kvm_feature *feature, const json_t *row, const char *expected)
{
	const char *result = report_string_member(row, "result");
	g_autofree char *shown = console_text_of(row);
	g_auto(GStrv) good = g_strsplit(expected, "|", 0);

	if (has(judgement->boot_case->broken[feature->reg], feature->bit)) {
		if (g_strcmp0(result, PROBED_REFUSED) != 0 && g_strcmp0(result, PROBED_WRONG) != 0)
			add_line(judgement->wrong, "%s is probed \"%s\"; the case says it is broken", feature->name,
				shown);
	} else if (json_object_get(row, "others") != NULL && judgement->boot_case->vcpus == NULL) {
		add_line(judgement->wrong, "%s is probed with another result on other vCPUs", feature->name);
	} else if (result == NULL || !g_strv_contains((const char *const *)good, result)) {
		add_line(judgement->wrong, "%s is probed \"%s\"; by KVM's rules it is \"%s\"", feature->name, shown,
			expected);
	}
}

/* Without an interrupt controller in KVM, KVM refuses the features that need one, whether masked or not. */
static uint32_t offered_by(const struct boot_case *boot_case, uint32_t offered)
{
	static const unsigned bits[] = { KVM_BIT_ASYNC_PF, KVM_BIT_ASYNC_PF_VMEXIT, KVM_BIT_ASYNC_PF_INT,
		KVM_BIT_PV_SEND_IPI };

	for (size_t i = 0; i < G_N_ELEMENTS(bits) && case_facts(boot_case).userspace_irqchip; i++)
		offered &= ~(UINT32_C(1) << bits[i]);
	return offered;
}

static const json_t *probe_of(const struct judgement *judgement)
{
	return json_object_get(judgement->report, "probe");
}

static gboolean is_kvm(const struct judgement *judgement)
{
	return g_strcmp0(judgement->boot_case->accel, "kvm") == 0;
}

/* Whether the app had a reason not to probe although it was told to. The case must expect that problem. */
static gboolean is_excused(const struct judgement *judgement)
{
	static const char *const excuses[] = { "no-guard", "no-hypervisor", NULL };
	const char *problem = judgement->boot_case->problem;

	return problem != NULL && g_strv_contains(excuses, problem) && report_has_problem(judgement->report, problem);
}

void judge_probe_asked(struct judgement *judgement)
{
	gboolean asked = case_facts(judgement->boot_case).probes && !judgement_is_replay(judgement);
	gboolean is_there = probe_of(judgement) != NULL;

	if (asked && !is_there && !is_excused(judgement))
		add_line(judgement->wrong, "a probe was asked for, and the report has none");
	else if (!asked && is_there)
		add_line(judgement->wrong, "no probe was asked for, and the report has one");
}

/* Whether an advertised feature failed, or, where the app was told --enforced, a masked one works; on any vCPU. */
static gboolean contradicts(const json_t *rows, gboolean demands)
{
	size_t i;
	const json_t *row;

	json_array_foreach (rows, i, row) {
		const char *result = report_string_member(row, "result");

		if (g_strcmp0(result, PROBED_REFUSED) == 0 || g_strcmp0(result, PROBED_WRONG) == 0 ||
			(demands && result != NULL && g_str_has_prefix(result, PROBED_MASKED)) ||
			contradicts(json_object_get(row, "others"), demands))
			return TRUE;
	}
	return FALSE;
}

void judge_probe_word(struct judgement *judgement)
{
	const struct case_facts facts = case_facts(judgement->boot_case);
	const char *expected = NULL;

	if (probe_of(judgement) != NULL)
		expected = contradicts(probe_of(judgement), facts.demands) ? "contradicts" : "agrees";
	else if (facts.probes && !judgement_is_replay(judgement))
		expected = "none";
	judgement_compare(judgement, "probe= on the console", judgement_end_value(judgement, "probe"), expected,
		"the report's probe");
}

void judge_probe_answers(struct judgement *judgement)
{
	const json_t *answers = json_object_get(json_object_get(judgement->report, "listening"), "kvm_answers");

	if (probe_of(judgement) != NULL && json_is_true(answers) != is_kvm(judgement))
		add_line(judgement->wrong, "KVM is said %sto answer", is_kvm(judgement) ? "not " : "");
}

static json_int_t vcpus(const struct judgement *judgement, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(judgement->report, "vcpus"), key));
}

/* Each vCPU has MSRs of its own. Where KVM answers, they are tried on all of them. */
static void judge_vcpus_probed(struct judgement *judgement)
{
	if (is_kvm(judgement) && vcpus(judgement, "probed") != vcpus(judgement, "checked"))
		add_line(judgement->wrong, "of %d vCPUs %d were probed", (int)vcpus(judgement, "checked"),
			(int)vcpus(judgement, "probed"));
}

void judge_probe_results(struct judgement *judgement)
{
	const json_t *probe = probe_of(judgement);
	struct probed_guest guest = { .enforced = case_facts(judgement->boot_case).enforced };

	/* Where KVM's offer is not known, judge_supported has already noted it. */
	if (probe == NULL || (is_kvm(judgement) && !judgement->result->has_supported))
		return;
	judge_vcpus_probed(judgement);
	guest.advertised[KVM_EAX] = report_features(judgement->report, KVM_EAX);
	guest.advertised[KVM_EDX] = report_features(judgement->report, KVM_EDX);
	guest.offered = offered_by(judgement->boot_case, judgement->result->supported);
	guest.several = vcpus(judgement, "count") > 1;
	guest.own_apic = judgement->result->own_apic;
	guest.userspace_apic = case_facts(judgement->boot_case).userspace_irqchip;
	for (size_t i = 0; i < kvm_feature_count; i++) {
		g_autofree char *expected =
			is_kvm(judgement) ? probe_expected(&kvm_features[i], &guest) : g_strdup(PROBED_ABSENT);

		judge_row(judgement, &kvm_features[i], report_row(probe, "feature", kvm_features[i].name), expected);
	}
}

void judge_probe_console(struct judgement *judgement)
{
	const json_t *probe = probe_of(judgement);

	if (probe == NULL || case_facts(judgement->boot_case).quiet)
		return;
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];
		g_autofree char *shown = console_text_of(report_row(probe, "feature", feature->name));

		if (!is_on_console(judgement->result->console.lines, feature, shown))
			add_line(judgement->wrong, "%s is \"%s\" in the report, and not on the console", feature->name,
				shown);
	}
}
