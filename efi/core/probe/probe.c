/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe.h"

#include "core/probe/probe_confidential.h"
#include "core/probe/probe_facts.h"
#include "core/probe/probe_steps.h"

/*
 * Whether the feature unlocks something that a host can refuse. Only then does testing a masked feature show anything.
 */
static bool has_gate(const struct kvm_feature *feature)
{
	if (feature->reg != KVM_EAX)
		return false;
	for (size_t i = 0; i < kvm_msr_count; i++)
		if (kvm_msrs[i].feature_bit == feature->bit)
			return true;
	for (size_t i = 0; i < kvm_hypercall_count; i++)
		if (kvm_hypercalls[i].feature_bit == feature->bit)
			return true;
	return feature->bit == KVM_BIT_ASYNC_PF_VMEXIT; /* unlocks a bit in another feature's MSR */
}

static bool is_advertised(const struct kvm *kvm, const struct kvm_feature *feature)
{
	return ((feature->reg == KVM_EAX ? kvm->eax : kvm->edx) >> feature->bit) & 1;
}

/*
 * In a TDX guest an access to an MSR that the host refuses stops the machine, and the hypercall instruction does
 * nothing. So only the feature whose MSR can be read safely is tested.
 */
static bool may_test(const struct probe_session *session, const struct kvm_feature *feature)
{
	return session->confidential != CONFIDENTIAL_TDX ||
	       (feature->reg == KVM_EAX && feature->bit == KVM_BIT_POLL_CONTROL);
}

/*
 * The outcome for a masked feature, from what its test found. A wrong behaviour shows that the feature is there all the
 * same, unless the host ignores accesses to MSRs that do not exist: such an MSR does not hold what was written either.
 */
static struct answer answer_for_masked(const struct probe_session *session, struct answer answer)
{
	switch (answer.outcome) {
	case PROBE_REFUSED:
		return (struct answer){ PROBE_MASKED_REFUSED, WHY_NONE };
	case PROBE_WORKS:
		return (struct answer){ PROBE_MASKED_WORKS, WHY_NONE };
	case PROBE_WRONG:
		if (session->ignores_msrs)
			return (struct answer){ PROBE_MASKED_REFUSED, WHY_NONE };
		return (struct answer){ PROBE_MASKED_WORKS, answer.why };
	default:
		return (struct answer){ PROBE_ABSENT, WHY_NONE };
	}
}

/* kvm_listens: there is a KVM that could answer for a masked feature. */
static void probe_feature(struct probe_session *session, size_t row, bool kvm_listens)
{
	const struct kvm_feature *feature = &kvm_features[row];
	struct probe_result *result = &session->probe->results[row];
	bool advertised = is_advertised(&session->report->kvm, feature);
	struct answer answer = { PROBE_ABSENT, WHY_NONE };

	result->first_step = session->probe->step_count;
	if (advertised)
		answer = may_test(session, feature) ? probe_tests[row](session) : UNTESTED_BY(TDX);
	else if (kvm_listens && has_gate(feature) && session->confidential != CONFIDENTIAL_TDX)
		answer = answer_for_masked(session, probe_tests[row](session));
	result->outcome = (uint8_t)answer.outcome;
	result->why = (uint8_t)answer.why;
	result->step_count = (uint8_t)(session->probe->step_count - result->first_step);
}

/*
 * Where no KVM has shown itself, its MSRs are read for the record and never written. The two old MSR numbers are left
 * out: they may belong to the CPU.
 */
static void read_msrs_only(struct probe_session *session)
{
	uint64_t value;

	for (size_t i = 0; i < kvm_msr_count; i++)
		if (kvm_msrs[i].number >= KVM_MSR_WALL_CLOCK_NEW)
			(void)step_read_msr(session, kvm_msrs[i].number, &value);
}

void probe_run(struct report *report, const struct ring0 *ring0, bool force)
{
	struct probe *probe = &report->probe;
	struct probe_session session = { .ring0 = ring0, .report = report, .probe = probe };
	uint64_t ignored;

	if (!report->hypervisor_bit && !report->kvm.present && !force) {
		report_problem(report, PROBLEM_NO_HYPERVISOR, 0);
		return;
	}
	probe->run = true;
	session.confidential = probe_confidential(report, ring0);
	if (session.confidential != CONFIDENTIAL_TDX) {
		probe->kvm_answers = step_hypercall(&session, KVM_CALL_VAPIC_POLL_IRQ, 0, 0, 0, 0) == 0;
		if (probe->kvm_answers)
			(void)step_hypercall(&session, KVM_CALL_UNASSIGNED, 0, 0, 0, 0);
		if (!probe->kvm_answers && !report->kvm.present)
			read_msrs_only(&session);
		else
			session.ignores_msrs = step_read_msr(&session, KVM_MSR_UNASSIGNED, &ignored);
		if (!report->kvm.present)
			report_problem(report, probe->kvm_answers ? PROBLEM_KVM_ANSWERS : PROBLEM_NOTHING_ANSWERS, 0);
		probe_facts(&session);
	}
	probe->general_steps = probe->step_count;
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++)
		probe_feature(&session, row, probe->kvm_answers || report->kvm.present);
}

bool probe_contradicts(const struct probe *probe, bool enforced)
{
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++) {
		uint8_t outcome = probe->results[row].outcome;

		if (outcome == PROBE_REFUSED || outcome == PROBE_WRONG || (enforced && outcome == PROBE_MASKED_WORKS))
			return true;
	}
	return false;
}
