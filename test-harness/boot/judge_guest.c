/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge_guest.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "judge_probe.h"
#include "judge_vcpus.h"
#include "kvmleaf/exit_status.h"
#include "kvmleaf/kvm_abi.h"
#include "oracle.h"
#include "report_access.h"

/* What is being judged: the three channels, and the list of what is wrong. */
struct judgement {
	const struct boot_case *boot_case;
	const struct guest_result *result;
	json_t *report;
	GPtrArray *wrong;
};

static const char *end_value(const struct judgement *judgement, const char *key)
{
	return g_hash_table_lookup(judgement->result->console.end, key);
}

static void compare(
	struct judgement *judgement, const char *what, const char *got, const char *expected, const char *whose)
{
	if (g_strcmp0(got, expected) != 0)
		add_line(judgement->wrong, "%s is %s; %s has %s", what, got ?: "absent", whose, expected ?: "none");
}

/* The names of the bits that two words differ in. */
static void compare_bits(
	struct judgement *judgement, enum kvm_register reg, uint32_t got, uint32_t expected, const char *whose)
{
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = "unknown bit";

		if ((((got ^ expected) >> bit) & 1) == 0)
			continue;
		for (size_t i = 0; i < kvm_feature_count; i++)
			if (kvm_features[i].reg == reg && kvm_features[i].bit == bit)
				name = kvm_features[i].name;
		add_line(judgement->wrong, "%s bit %u (%s) is %s in the report, %s in %s",
			reg == KVM_EAX ? "EAX" : "EDX", bit, name, (got >> bit) & 1 ? "set" : "clear",
			(expected >> bit) & 1 ? "set" : "clear", whose);
	}
}

static void last_line_agrees(struct judgement *judgement)
{
	static const char *const keys[] = { "base", "eax", "edx" };
	const json_t *kvm = json_object_get(judgement->report, "kvm");
	g_autofree char *vcpus = g_strdup_printf("%" JSON_INTEGER_FORMAT,
		json_integer_value(json_object_get(json_object_get(judgement->report, "vcpus"), "count")));

	compare(judgement, "verdict= on the console", end_value(judgement, "verdict"),
		json_string_value(json_object_get(judgement->report, "verdict")), "the report");
	compare(judgement, "vcpus= on the console", end_value(judgement, "vcpus"), vcpus, "the report");
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		compare(judgement, keys[i], end_value(judgement, keys[i]),
			json_string_value(json_object_get(kvm, keys[i])), "the report");
}

/* Adds up the feature words that the rows of the console's table spell out. FALSE where there is no table. */
static gboolean read_table(const GPtrArray *lines, uint32_t *ret_words)
{
	gboolean found = FALSE;

	ret_words[KVM_EAX] = ret_words[KVM_EDX] = 0;
	for (guint line = 0; line < lines->len; line++) {
		unsigned bit;
		char state[4], name[64], reg[64];

		if (g_str_has_prefix(g_ptr_array_index(lines, line), "Probed:"))
			break; /* another table, of the same names */

		if (sscanf(g_ptr_array_index(lines, line), "%u yes unknown bit of %3s", &bit, reg) == 2 && bit < 32)
			ret_words[strcmp(reg, "EDX") == 0 ? KVM_EDX : KVM_EAX] |= UINT32_C(1) << bit;
		if (sscanf(g_ptr_array_index(lines, line), "%u %3s %63s", &bit, state, name) != 3)
			continue;
		for (size_t i = 0; i < kvm_feature_count; i++) {
			if (kvm_features[i].bit != bit || !g_str_has_suffix(kvm_features[i].name, name) ||
				kvm_features[i].name[strlen(kvm_features[i].name) - strlen(name) - 1] != '_')
				continue;
			found = TRUE;
			if (strcmp(state, "yes") == 0)
				ret_words[kvm_features[i].reg] |= UINT32_C(1) << bit;
		}
	}
	return found;
}

static void channels_agree(struct judgement *judgement)
{
	const json_t *kvm = json_object_get(judgement->report, "kvm");
	const char *stored = end_value(judgement, "report");
	uint32_t table[2];

	if (!judgement->result->returned)
		compare(judgement, "status= on the console", end_value(judgement, "status"),
			exit_status_name(judgement->result->exit_value), "the exit status");
	if (judgement->report == NULL) {
		if (g_strcmp0(stored, "written") == 0 || g_strcmp0(stored, "unchanged") == 0)
			add_line(judgement->wrong, "the console says report=%s, and there is none", stored);
		return;
	}
	if (g_strcmp0(stored, "failed") == 0)
		add_line(judgement->wrong, "the console says report=failed, and there is one");
	last_line_agrees(judgement);
	if (json_is_object(kvm) && read_table(judgement->result->console.lines, table)) {
		compare_bits(judgement, KVM_EAX, report_hex_member(kvm, "eax"), table[KVM_EAX], "the console's table");
		compare_bits(judgement, KVM_EDX, report_hex_member(kvm, "edx"), table[KVM_EDX], "the console's table");
	}
}

static void qemu_agrees(struct judgement *judgement)
{
	const struct guest_result *result = judgement->result;
	const struct boot_case *expected = judgement->boot_case;
	const json_t *kvm = json_object_get(judgement->report, "kvm");

	if (!json_is_object(kvm) || !result->has_words)
		return;
	compare_bits(judgement, KVM_EAX, report_hex_member(kvm, "eax") & ~expected->stripped[KVM_EAX],
		result->words[KVM_EAX] & ~expected->stripped[KVM_EAX], "QEMU's feature words");
	compare_bits(judgement, KVM_EDX, report_hex_member(kvm, "edx") & ~expected->stripped[KVM_EDX],
		result->words[KVM_EDX] & ~expected->stripped[KVM_EDX], "QEMU's feature words");
}

/* What the guest sees is KVM's offer, less what is masked, and more only by what is for a VMM to set. */
static void kvm_agrees(struct judgement *judgement)
{
	const struct boot_case *expected = judgement->boot_case;
	const json_t *kvm = json_object_get(judgement->report, "kvm");
	uint32_t eax = report_hex_member(kvm, "eax");
	uint32_t offered, extra;

	if (!json_is_object(kvm) || g_strcmp0(expected->accel, "kvm") != 0 || !oracle_supported(&offered))
		return;
	extra = offered;
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].status == KVM_VMM)
			extra |= UINT32_C(1) << kvm_features[i].bit;
	compare_bits(judgement, KVM_EAX, eax, eax & extra, "KVM_GET_SUPPORTED_CPUID");
	compare_bits(judgement, KVM_EAX, eax & expected->set_if_offered[KVM_EAX] & offered,
		expected->set_if_offered[KVM_EAX] & offered, "KVM_GET_SUPPORTED_CPUID");
	compare_bits(judgement, KVM_EDX, report_hex_member(kvm, "edx") & expected->set_if_offered[KVM_EDX],
		expected->set_if_offered[KVM_EDX], "what the case allows");
}

/* The maximum leaf of KVM's block, as read. */
static uint32_t kvm_max_leaf(const json_t *report)
{
	const char *base = report_string_member(json_object_get(report, "kvm"), "base");

	return report_hex_member(report_row(json_object_get(report, "blocks"), "base", base), "max_leaf");
}

static void bits_are_expected(struct judgement *judgement, enum kvm_register reg, uint32_t got)
{
	const struct boot_case *expected = judgement->boot_case;

	compare_bits(judgement, reg, got & expected->set[reg], expected->set[reg], "the case's set =");
	compare_bits(judgement, reg, got & expected->clear[reg], 0, "the case's clear =");
	if (expected->has_exactly)
		compare_bits(judgement, reg, got, expected->exactly[reg], "the case's exactly =");
}

static void case_is_met(struct judgement *judgement)
{
	const struct boot_case *expected = judgement->boot_case;
	const json_t *report = judgement->report;
	const json_t *kvm = json_object_get(report, "kvm");
	const char *bit = json_is_true(json_object_get(report, "hypervisor_bit")) ? "set" : "clear";

	if (expected->status != NULL)
		compare(judgement, "the status", end_value(judgement, "status"), expected->status, "the case");
	if (report == NULL)
		return;
	if (expected->verdict != NULL)
		compare(judgement, "the verdict", json_string_value(json_object_get(report, "verdict")),
			expected->verdict, "the case");
	if (expected->hypervisor_bit != NULL)
		compare(judgement, "the hypervisor bit", bit, expected->hypervisor_bit, "the case");
	if (expected->base != 0 && report_hex_member(kvm, "base") != expected->base)
		add_line(judgement->wrong, "KVM's base is 0x%08x; the case has 0x%08x", report_hex_member(kvm, "base"),
			expected->base);
	if (expected->max_leaf != 0 && kvm_max_leaf(report) != expected->max_leaf)
		add_line(judgement->wrong, "KVM's maximum leaf is 0x%08x; the case has 0x%08x", kvm_max_leaf(report),
			expected->max_leaf);
	if (expected->problem != NULL && !report_has_problem(report, expected->problem))
		add_line(judgement->wrong, "no problem \"%s\" in the report", expected->problem);
	if (expected->signature != NULL &&
		report_row(json_object_get(report, "blocks"), "signature", expected->signature) == NULL)
		add_line(judgement->wrong, "no block has the signature \"%s\"", expected->signature);
	bits_are_expected(judgement, KVM_EAX, report_hex_member(kvm, "eax"));
	bits_are_expected(judgement, KVM_EDX, report_hex_member(kvm, "edx"));
}

GPtrArray *judge_guest(const struct boot_case *boot_case, const struct guest_result *result)
{
	struct judgement judgement = {
		.boot_case = boot_case, .result = result, .wrong = g_ptr_array_new_with_free_func(g_free)
	};
	json_error_t json_error;

	if (result->report != NULL) {
		judgement.report = json_loads(result->report, JSON_REJECT_DUPLICATES, &json_error);
		if (judgement.report == NULL)
			add_line(judgement.wrong, "the report is not JSON: line %d: %s", json_error.line,
				json_error.text);
	}
	if (result->failure != NULL)
		add_line(judgement.wrong, "%s", result->failure);
	else if (result->console.end == NULL)
		add_line(judgement.wrong, "the console ends without KVMLEAF-END");
	if (judgement.wrong->len == 0) {
		channels_agree(&judgement);
		qemu_agrees(&judgement);
		kvm_agrees(&judgement);
		case_is_met(&judgement);
		judge_vcpus(boot_case, judgement.report, result, judgement.wrong);
		judge_probe(boot_case, judgement.report, result->console.lines, judgement.wrong);
	}
	json_decref(judgement.report);
	return judgement.wrong;
}
