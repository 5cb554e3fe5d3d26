/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/forecast/forecast_facts.h"

#include "core/base/text.h"
#include "core/leaves/tsc.h"

_Static_assert(FORECAST_FACTS_END <= 64, "the set of facts has 64 bits");

enum {
	LEAF1_ECX_MWAIT = 3,  /* Intel SDM volume 2A, CPUID: MONITOR and MWAIT */
	APIC_IDS_USUAL = 256, /* an interrupt's destination has 8 bits; see MSI_EXT_DEST_ID */
};

static uint64_t fact(enum forecast_fact number, bool holds)
{
	return (uint64_t)holds << number;
}

static uint64_t block_facts(const struct report *report)
{
	const struct kvm *kvm = &report->kvm;
	bool hyperv = false;

	for (size_t i = 0; i < report->block_count; i++)
		hyperv = hyperv || report->blocks[i].hyperv_interface;
	return fact(FORECAST_FACT_KVM_BLOCK, kvm->present) |
	       fact(FORECAST_FACT_KVM, kvm->present && report->hypervisor_bit) |
	       fact(FORECAST_FACT_BEHIND, kvm->present && kvm->base != HYPERVISOR_BASE_FIRST) |
	       fact(FORECAST_FACT_HYPERV, hyperv) | fact(FORECAST_FACT_HYPERVISOR_BIT, report->hypervisor_bit) |
	       fact(FORECAST_FACT_OTHER, report->verdict == VERDICT_OTHER);
}

static uint64_t leaf_facts(const struct report *report)
{
	const struct leaf *leaf = report_leaf(report, 1);

	return fact(FORECAST_FACT_KNOWS_LEAVES, leaf != NULL) |
	       fact(FORECAST_FACT_MWAIT, leaf != NULL && ((leaf->regs.ecx >> LEAF1_ECX_MWAIT) & 1)) |
	       fact(FORECAST_FACT_INVARIANT, tsc_decode(report).is_invariant) |
	       fact(FORECAST_FACT_INTEL, bytes_equal(report->cpu_vendor, "GenuineIntel", SIGNATURE_SIZE)) |
	       fact(FORECAST_FACT_SEV,
		       (report->confidential.supported &
			       (1 << CONFIDENTIAL_SEV | 1 << CONFIDENTIAL_SEV_ES | 1 << CONFIDENTIAL_SNP)) != 0);
}

/* A recording of one CPU says nothing of how many the machine has. */
static bool knows_vcpus(const struct report *report)
{
	for (size_t i = 0; i < report->problem_count; i++)
		if (report->problems[i].kind == PROBLEM_NO_MP_SERVICES)
			return false;
	return report->vcpu_count > 1 || report->source == SOURCE_CPU;
}

static uint64_t vcpu_facts(const struct report *report)
{
	bool known = knows_vcpus(report);

	return fact(FORECAST_FACT_KNOWS_VCPUS, known) | fact(FORECAST_FACT_SMP, !known || report->vcpu_count > 1) |
	       fact(FORECAST_FACT_ABOVE_255, report->vcpu_count > APIC_IDS_USUAL);
}

uint64_t forecast_facts(const struct report *report)
{
	const uint32_t clocks = UINT32_C(1) << KVM_BIT_CLOCKSOURCE | UINT32_C(1) << KVM_BIT_CLOCKSOURCE2;
	uint64_t facts = block_facts(report) | leaf_facts(report) | vcpu_facts(report);

	if ((facts & fact(FORECAST_FACT_KVM, true)) == 0)
		return facts;
	return facts | report->kvm.eax | fact(FORECAST_FACT_KVMCLOCK, (report->kvm.eax & clocks) != 0) |
	       fact(FORECAST_FACT_REALTIME, (report->kvm.edx >> KVM_HINT_BIT_REALTIME) & 1);
}
