/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/judge/judge.h"

#include "core/probe/probe.h"

static enum verdict verdict_of(const struct report *report)
{
	if (report->kvm.present)
		return report->kvm.base == HYPERVISOR_BASE_FIRST ? VERDICT_KVM : VERDICT_KVM_BEHIND;
	if (report->block_count > 0)
		return VERDICT_OTHER;
	return report->hypervisor_bit ? VERDICT_MASKED : VERDICT_NONE;
}

bool cpu_expectation_holds(const struct cpu_facts *facts, const struct expectation *expectation)
{
	if (expectation->kind == EXPECT_FORBID)
		return (expectation->cpu & facts->known & ~facts->has) != 0;
	return (expectation->cpu & ~facts->has) == 0;
}

static bool expectation_holds(const struct report *report, const struct expectation *expectation)
{
	uint32_t eax = report->kvm.eax & expectation->eax;
	uint32_t edx = report->kvm.edx & expectation->edx;

	if (expectation->kind == EXPECT_VERDICT)
		return report->verdict == expectation->verdict;
	if (expectation->cpu != 0)
		return cpu_expectation_holds(&report->cpu, expectation);
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

/*
 * Whether something that was asked can only be told by the probe, and there was none, or one that got no answer from
 * the KVM that the leaves show. A requirement of a KVM feature rests on the probe too where one was asked for: the
 * feature is then to work, and not only to be advertised. The probe tries no feature of the CPU. --enforced rests on
 * each masked feature.
 */
static bool lacks_probe(const struct report *report)
{
	const struct probe *probe = &report->probe;
	bool needed = report->enforced || report->probe_forced;

	for (size_t i = 0; i < report->expectation_count; i++)
		needed = needed || (report->expectations[i].kind == EXPECT_REQUIRE && report->expectations[i].cpu == 0);
	if (!report->probe_asked || !needed)
		return false;
	return !probe->run || (report->kvm.present && !probe->kvm_answers) ||
	       (report->enforced && probe->masked_untried);
}

enum exit_status judge_status(const struct report *report)
{
	for (size_t i = 0; i < report->expectation_count; i++)
		if (!report->expectations[i].holds)
			return STATUS_EXPECTATION;
	if (probe_contradicts(&report->probe, report->enforced))
		return STATUS_PROBE;
	if (lacks_probe(report))
		return STATUS_NOT_PROBED;
	return report->vcpus_differing.count + report->vcpus_silent.count + report->probe.vcpus_late.count > 0
		       ? STATUS_VCPUS
		       : STATUS_PASS;
}
