/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/decode_kvm.h"

static struct block *kvm_block(struct report *report)
{
	for (size_t i = 0; i < report->block_count; i++)
		if (report->blocks[i].hypervisor == HYPERVISOR_KVM)
			return &report->blocks[i];
	return NULL;
}

/*
 * VirtualBox and Parallels can show KVM's signature too. They are recognised by the machine's maker, by a block with
 * their own signature, or, for VirtualBox, by the features: its KVM provider offers these and no others (VirtualBox
 * src/VBox/VMM/VMMR3/GIMKvm.cpp).
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
