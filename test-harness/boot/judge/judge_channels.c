/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the guest's three output channels with each other: exit status, console and report. */
#include <stdio.h>
#include <string.h>

#include "judge/judgement.h"
#include "kvmleaf/exit_status.h"
#include "kvmleaf/report_variable.h"
#include "report/report_access.h"

void judge_exit_status(struct judgement *judgement)
{
	const struct guest_result *result = judgement->result;

	if (result->powered_off)
		return; /* QEMU's status is 0 whatever the app's is */
	if (!result->returned && result->told_to_power_off)
		add_line(judgement->wrong, "the app was told --exit=poweroff, and ended QEMU in another way");
	else if (!result->returned)
		judgement_compare(judgement, "status= on the console", judgement_end_value(judgement, "status"),
			exit_status_name(result->exit_value), "the exit status");
	else if (result->told_to_exit)
		add_line(judgement->wrong, "the app was told --exit=%s, and went back to the firmware",
			result->told_to_power_off ? "poweroff" : "qemu");
}

/* Compares report= in the console's last line with whether a report was found. */
void judge_stored(struct judgement *judgement)
{
	const char *said = judgement_end_value(judgement, "report");
	gboolean is_stored = g_strcmp0(said, "written") == 0 || g_strcmp0(said, "unchanged") == 0;
	gboolean is_there = judgement->report != NULL;
	gboolean is_told_not_to = case_facts(judgement->boot_case).no_variable;

	if (is_stored && !is_there)
		add_line(judgement->wrong, "the console says report=%s, and there is none", said);
	else if (is_there && judgement->result->from_store && !is_stored)
		add_line(judgement->wrong, "the console says report=%s, and there is one", said ?: "nothing");
	else if (is_there && !judgement->result->from_store && g_strcmp0(said, "failed") == 0)
		add_line(judgement->wrong, "the console says report=failed; nothing was to be stored");
	else if (is_told_not_to && is_stored)
		add_line(judgement->wrong, "the console says report=%s; nothing was to be stored", said);
	if (judgement->result->unwanted)
		add_line(judgement->wrong, "the variable store has a report; nothing was to be stored");
}

void judge_source(struct judgement *judgement)
{
	judgement_compare(judgement, "the report's source", report_string_member(judgement->report, "source"),
		judgement_is_replay(judgement) ? "replay" : "cpu", "what was asked for");
}

void judge_attributes(struct judgement *judgement)
{
	uint32_t attributes = judgement->result->attributes;

	if (judgement->result->from_store && attributes != REPORT_VARIABLE_ATTRIBUTES)
		add_line(judgement->wrong, "the report variable has attributes 0x%x, not 0x%x", attributes,
			REPORT_VARIABLE_ATTRIBUTES);
}

void judge_last_line(struct judgement *judgement)
{
	/* What an absent key stands for where there is KVM. */
	static const struct {
		const char *key, *usual;
	} keys[] = { { "base", "0x40000000" }, { "eax", NULL }, { "edx", "0x00000000" } };
	const json_t *kvm = json_object_get(judgement->report, "kvm");
	g_autofree char *vcpus = g_strdup_printf("%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(json_object_get(judgement->report, "vcpus"), "count")));

	judgement_compare(judgement, "verdict= on the console", judgement_end_value(judgement, "verdict"),
		report_string_member(judgement->report, "verdict"), "the report");
	judgement_compare(
		judgement, "vcpus= on the console", judgement_end_value(judgement, "vcpus"), vcpus, "the report");
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autofree char *what = g_strconcat(keys[i].key, "= on the console", NULL);
		const char *said = judgement_end_value(judgement, keys[i].key);

		if (said == NULL && json_is_object(kvm))
			said = keys[i].usual;
		judgement_compare(judgement, what, said, report_string_member(kvm, keys[i].key), "the report");
	}
}

/* A row of the feature table, "EAX  6 yes PV_EOI ...". */
struct row {
	int reg; /* enum kvm_register */
	unsigned bit;
	gboolean is_on;
	char name[64];
};

/* Reads the columns that the rows of known and of unknown bits have. The probe's rows have no state, and do not fit. */
static gboolean read_row(const char *line, struct row *row)
{
	char reg[4], state[64];

	if (sscanf(line, "%3s %u %63s %63s", reg, &row->bit, state, row->name) != 4)
		return FALSE;
	row->is_on = strcmp(state, "yes") == 0;
	if (!row->is_on && strcmp(state, "-") != 0)
		return FALSE;
	for (row->reg = KVM_EAX; row->reg <= KVM_EDX; row->reg++)
		if (strcmp(reg, report_register((enum kvm_register)row->reg)) == 0)
			return TRUE;
	return FALSE;
}

/* Whether the row has the right name for its bit. */
static gboolean names_its_bit(const struct row *row)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if ((int)kvm_features[i].reg == row->reg && kvm_features[i].bit == row->bit)
			return strcmp(kvm_feature_bare_name(&kvm_features[i]), row->name) == 0;
	return row->bit < 32 && strcmp(row->name, "unknown") == 0;
}

/*
 * Computes EAX and EDX of the feature leaf from the rows of the console's feature table. FALSE without a table. Rows
 * that name no bit are noted in wrong.
 */
static gboolean read_table(const GPtrArray *lines, uint32_t *ret_words, GPtrArray *wrong)
{
	gboolean found = FALSE;

	ret_words[KVM_EAX] = ret_words[KVM_EDX] = 0;
	for (guint i = 0; i < lines->len; i++) {
		const char *line = g_ptr_array_index(lines, i);
		struct row row;

		if (!read_row(line, &row))
			continue;
		found = TRUE;
		if (!names_its_bit(&row))
			add_line(wrong, "the console has a row that names no bit: %s", line);
		else if (row.is_on)
			ret_words[row.reg] |= UINT32_C(1) << row.bit;
	}
	return found;
}

void judge_table(struct judgement *judgement)
{
	const json_t *kvm = json_object_get(judgement->report, "kvm");
	uint32_t table[2];

	if (case_facts(judgement->boot_case).quiet)
		return;
	if (read_table(judgement->result->console.lines, table, judgement->wrong) != json_is_object(kvm)) {
		add_line(judgement->wrong, "the console shows %s of KVM's features, and the report has %s",
			json_is_object(kvm) ? "no table" : "a table", json_is_object(kvm) ? "KVM" : "no KVM");
		return;
	}
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		judgement_compare_bits(judgement, (enum kvm_register)reg,
			report_features(judgement->report, (enum kvm_register)reg), table[reg], "the console's table");
}
