/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares what the report says about its vCPUs with the case and with QEMU's own view of each vCPU. */
#include "core/base/kvm_names.h"
#include "judge/judgement.h"
#include "report/report_access.h"

static json_int_t number_at(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const json_t *vcpus_of(const struct judgement *judgement)
{
	return json_object_get(judgement->report, "vcpus");
}

/* Firmware without MP services shows only one vCPU. That is accepted only where the case expects this problem. */
static gboolean sees_one_vcpu(const struct judgement *judgement)
{
	return g_strcmp0(judgement->boot_case->problem, "no-mp-services") == 0 &&
	       report_has_problem(judgement->report, "no-mp-services");
}

void judge_vcpu_count(struct judgement *judgement)
{
	const struct guest_result *result = judgement->result;
	json_int_t count = number_at(vcpus_of(judgement), "count");
	json_int_t checked = number_at(vcpus_of(judgement), "checked");
	json_int_t silent = number_at(json_object_get(vcpus_of(judgement), "silent"), "count");

	if (judgement_is_replay(judgement))
		return;
	if (count != (json_int_t)judgement->boot_case->smp)
		add_line(judgement->wrong, "the report counts %d vCPUs; the case has %u", (int)count,
			judgement->boot_case->smp);
	if (result->has_words && count != (json_int_t)result->vcpus)
		add_line(judgement->wrong, "the report counts %d vCPUs; QEMU has %u", (int)count, result->vcpus);
	if (checked + silent != count && !sees_one_vcpu(judgement))
		add_line(judgement->wrong, "of %d vCPUs %d were looked at and %d silent", (int)count, (int)checked,
			(int)silent);
}

/* If the case names nothing else, all vCPUs must answer and agree with the first. */
void expect_vcpus(struct judgement *judgement)
{
	const json_t *vcpus = vcpus_of(judgement);
	const char *found = json_object_get(vcpus, "silent") != NULL ? "silent"
			    : json_array_size(json_object_get(vcpus, "differing")) > 0 ||
					    json_object_get(vcpus, "differing_dropped") != NULL
				    ? "differ"
				    : "agree";

	if (!judgement_is_replay(judgement))
		judgement_compare(
			judgement, "what the vCPUs do", found, judgement->boot_case->vcpus ?: "agree", "the case");
}

/*
 * The bits of KVM's feature leaf in which some vCPU differs from the first, by the report. FALSE where some vCPU has no
 * KVM block at that base, so that the leaf means something else there.
 */
static gboolean differing_bits(const json_t *report, uint32_t *ret_words)
{
	uint32_t leaf = report_hex_member(json_object_get(report, "kvm"), "base") + KVM_LEAF_FEATURES;
	gboolean is_kvm = TRUE;
	size_t i;
	json_t *row;

	ret_words[KVM_EAX] = ret_words[KVM_EDX] = 0;
	json_array_foreach (json_object_get(json_object_get(report, "vcpus"), "differing"), i, row) {
		const char *reg = report_string_member(row, "register");

		is_kvm = is_kvm && report_hex_member(row, "leaf") != leaf - KVM_LEAF_FEATURES;
		if (report_hex_member(row, "leaf") != leaf)
			continue;
		for (int number = KVM_EAX; number <= KVM_EDX; number++)
			if (g_strcmp0(reg, cpuid_register_key(kvm_register_of((enum kvm_register)number))) == 0)
				ret_words[number] |= report_hex_member(row, "first") ^ report_hex_member(row, "value");
	}
	return is_kvm;
}

void judge_vcpu_words(struct judgement *judgement)
{
	const struct guest_result *result = judgement->result;
	uint32_t words[2];

	if (judgement_is_replay(judgement) || !result->has_words || !differing_bits(judgement->report, words))
		return;
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		if (words[reg] != result->words_differing[reg])
			add_line(judgement->wrong,
				"the vCPUs differ in %s by 0x%08x; QEMU's feature words of them by 0x%08x",
				report_register((enum kvm_register)reg), words[reg], result->words_differing[reg]);
}
