/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/judge/judge.h"

#include "core/leaves/confidential.h"
#include "kvmleaf/kvm_abi.h"
#include "core/base/text.h"

static struct block *kvm_block(struct report *report)
{
	for (size_t i = 0; i < report->block_count; i++)
		if (report->blocks[i].hypervisor == HYPERVISOR_KVM)
			return &report->blocks[i];
	return NULL;
}

/*
 * KVM's signature on another hypervisor: VirtualBox's KVM provider (its GIMKvm offers these bits and no others), and
 * Parallels. Told by the machine's maker, by a block of their own, or by just those features.
 */
static bool is_kvm_interface(const struct report *report)
{
	const uint32_t virtualbox = 1 << KVM_BIT_CLOCKSOURCE | 1 << KVM_BIT_CLOCKSOURCE2 | 1 << KVM_BIT_PV_UNHALT;

	for (size_t i = 0; i < report->block_count; i++) {
		switch (report->blocks[i].hypervisor) {
		case HYPERVISOR_VIRTUALBOX:
		case HYPERVISOR_PARALLELS:
		case HYPERVISOR_PARALLELS_2:
		case HYPERVISOR_PARALLELS_3:
			return true;
		default:
			break;
		}
	}
	return report->foreign_machine ||
	       (report->kvm.eax & ~(UINT32_C(1) << KVM_BIT_CLOCKSOURCE_STABLE_BIT)) == virtualbox;
}

void decode_kvm(struct report *report)
{
	struct block *block = kvm_block(report);
	const struct leaf *features, *timing;

	confidential_decode(report);
	if (block == NULL)
		return;
	report->kvm.present = true;
	report->kvm.base = block->base;
	features = report_leaf(report, block->base + KVM_LEAF_FEATURES);
	if (features != NULL) {
		report->kvm.eax = features->regs.eax;
		report->kvm.edx = features->regs.edx;
	} else {
		report_leaf_problem(
			report, PROBLEM_NO_FEATURE_LEAF, block->base, &report_leaf(report, block->base)->regs);
	}
	block->kvm_interface = is_kvm_interface(report);
	timing = report_leaf(report, block->base + KVM_LEAF_TIMING);
	if (timing != NULL) {
		report->kvm.has_timing = true;
		report->kvm.tsc_khz = timing->regs.eax;
		report->kvm.apic_khz = timing->regs.ebx;
	}
}

static enum verdict verdict_of(const struct report *report)
{
	if (report->kvm.present)
		return report->kvm.base == HYPERVISOR_BASE_FIRST ? VERDICT_KVM : VERDICT_KVM_BEHIND;
	if (report->block_count > 0)
		return VERDICT_OTHER;
	return report->hypervisor_bit ? VERDICT_MASKED : VERDICT_NONE;
}

static bool expectation_holds(const struct report *report, const struct expectation *expectation)
{
	uint32_t eax = report->kvm.eax & expectation->eax;
	uint32_t edx = report->kvm.edx & expectation->edx;

	if (expectation->kind == EXPECT_VERDICT)
		return report->verdict == expectation->verdict;
	if (expectation->kind == EXPECT_FORBID)
		return eax == 0 && edx == 0;
	return eax == expectation->eax && edx == expectation->edx;
}

void judge_report(struct report *report)
{
	report->verdict = verdict_of(report);
	for (size_t i = 0; i < report->expectation_count; i++)
		report->expectations[i].holds = expectation_holds(report, &report->expectations[i]);
}

enum exit_status judge_status(const struct report *report)
{
	for (size_t i = 0; i < report->expectation_count; i++)
		if (!report->expectations[i].holds)
			return STATUS_EXPECTATION;
	if (probe_contradicts(&report->probe, report->enforced))
		return STATUS_PROBE;
	return report->vcpus_differing.count + report->vcpus_silent.count > 0 ? STATUS_VCPUS : STATUS_PASS;
}

static bool names_feature(const struct kvm_feature *feature, const char *name, size_t length)
{
	const char *bare = kvm_feature_bare_name(feature);

	return string_equal_nocase(name, length, feature->name) || string_equal_nocase(name, length, bare);
}

const char *kvm_bits_by_name(const char *name, size_t length, uint32_t *ret_eax, uint32_t *ret_edx)
{
	const char *found = NULL;
	uint32_t bits[2] = { 0, 0 };

	if (length == 0)
		return NULL;
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];

		if (names_feature(feature, name, length))
			found = feature->name;
		else if (string_equal_nocase(name, length, feature->qemu))
			found = feature->qemu;
		else
			continue;
		bits[feature->reg] |= UINT32_C(1) << feature->bit;
	}
	*ret_eax = bits[KVM_EAX];
	*ret_edx = bits[KVM_EDX];
	return found;
}
