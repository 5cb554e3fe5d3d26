/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge/judgement.h"

#include "report/report_access.h"

gboolean judgement_is_replay(const struct judgement *judgement)
{
	return case_facts(judgement->boot_case).replays;
}

const char *judgement_end_value(const struct judgement *judgement, const char *key)
{
	const GHashTable *end = judgement->result->console.end;

	return end != NULL ? g_hash_table_lookup((GHashTable *)end, key) : NULL;
}

void judgement_compare(
	struct judgement *judgement, const char *what, const char *got, const char *expected, const char *whose)
{
	if (g_strcmp0(got, expected) != 0)
		add_line(judgement->wrong, "%s is %s; %s has %s", what, got ?: "absent", whose, expected ?: "none");
}

void judgement_compare_bits(
	struct judgement *judgement, enum kvm_register reg, uint32_t got, uint32_t expected, const char *whose)
{
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = "unknown bit";

		if ((((got ^ expected) >> bit) & 1) == 0)
			continue;
		for (size_t i = 0; i < kvm_feature_count; i++)
			if (kvm_features[i].reg == reg && kvm_features[i].bit == bit)
				name = kvm_features[i].name;
		add_line(judgement->wrong, "%s bit %u (%s) is %s in the report, %s in %s", report_register(reg), bit,
			name, (got >> bit) & 1 ? "set" : "clear", (expected >> bit) & 1 ? "set" : "clear", whose);
	}
}
