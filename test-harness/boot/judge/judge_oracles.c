/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the reported features with the oracles QEMU and the host's KVM; a report without KVM counts as zero. */
#include "judge/judgement.h"
#include "qemu/oracle.h"
#include "report/report_access.h"

void judge_feature_words(struct judgement *judgement)
{
	const struct guest_result *result = judgement->result;
	const uint32_t *stripped = judgement->boot_case->stripped;

	if (judgement_is_replay(judgement))
		return;
	if (!result->has_words) {
		add_line(judgement->silent, "QEMU's feature words");
		return;
	}
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		judgement_compare_bits(judgement, (enum kvm_register)reg,
			report_features(judgement->report, (enum kvm_register)reg) & ~stripped[reg],
			result->words[reg] & ~stripped[reg], "QEMU's feature words");
}

/* The guest sees no more than KVM offers, except for the features that are set by the VMM only (KVM_VMM). */
void judge_supported(struct judgement *judgement)
{
	const struct boot_case *expected = judgement->boot_case;
	uint32_t offered = judgement->result->supported;
	uint32_t eax = report_features(judgement->report, KVM_EAX);
	uint32_t allowed = offered;

	if (judgement_is_replay(judgement) || g_strcmp0(expected->accel, "kvm") != 0)
		return;
	if (!judgement->result->has_supported) {
		add_line(judgement->silent, "KVM_GET_SUPPORTED_CPUID");
		return;
	}
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].status == KVM_VMM && kvm_features[i].reg == KVM_EAX)
			allowed |= UINT32_C(1) << kvm_features[i].bit;
	judgement_compare_bits(judgement, KVM_EAX, eax, eax & allowed, "KVM_GET_SUPPORTED_CPUID");
	judgement_compare_bits(judgement, KVM_EAX, eax & expected->set_if_offered[KVM_EAX] & offered,
		expected->set_if_offered[KVM_EAX] & offered, "KVM_GET_SUPPORTED_CPUID");
	judgement_compare_bits(judgement, KVM_EDX,
		report_features(judgement->report, KVM_EDX) & expected->set_if_offered[KVM_EDX],
		expected->set_if_offered[KVM_EDX], "what the case allows");
}
