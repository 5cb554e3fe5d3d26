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
	case PROBE_ACCEPTED:
		return (struct answer){ PROBE_MASKED_ACCEPTED, answer.why };
	case PROBE_WRONG:
		if (session->ignores_msrs)
			return (struct answer){ PROBE_MASKED_REFUSED, WHY_NONE };
		return (struct answer){ PROBE_MASKED_WORKS, answer.why };
	default:
		if (answer.why == WHY_NO_PAGE || answer.why == WHY_ENCRYPTED || answer.why == WHY_SEV_ES)
			session->probe->masked_untried = true;
		return (struct answer){ PROBE_ABSENT, WHY_NONE };
	}
}

struct answer probe_feature(struct probe_session *session, size_t row, probe_test *test)
{
	const struct kvm_feature *feature = &kvm_features[row];

	if (is_advertised(&session->report->kvm, feature)) {
		if (!may_test(session, feature))
			return UNTESTED_BY(TDX);
		return session->probe->kvm_answers || session->confidential == CONFIDENTIAL_TDX ? test(session)
												: UNTESTED_BY(SILENT);
	}
	if (!session->probe->kvm_answers || !has_gate(feature) || session->confidential == CONFIDENTIAL_TDX)
		return (struct answer){ PROBE_ABSENT, WHY_NONE };
	return answer_for_masked(session, test(session));
}

static void probe_row(struct probe_session *session, size_t row)
{
	struct probe_result *result = &session->probe->results[row];
	struct answer answer;

	result->first_step = session->probe->step_count;
	answer = probe_feature(session, row, probe_tests[row]);
	result->outcome = (uint8_t)answer.outcome;
	result->why = (uint8_t)answer.why;
	result->step_count = (uint8_t)(session->probe->step_count - result->first_step);
}

/*
 * Whether hypercalls are answered as KVM does (Linux arch/x86/kvm/x86.c, kvm_emulate_hypercall()): 0 to the one that
 * every KVM knows, and an error to one that does not exist. A host that answers 0 to anything is not believed.
 */
static bool kvm_answers(struct probe_session *session)
{
	return step_hypercall(session, KVM_CALL_VAPIC_POLL_IRQ, 0, 0, 0, 0) == 0 &&
	       step_hypercall(session, KVM_CALL_UNASSIGNED, 0, 0, 0, 0) == -KVM_ENOSYS;
}

/*
 * Where no KVM answers, whatever the leaves say, its MSRs are read for the record and never written. The two old MSR
 * numbers are left out: they may belong to the CPU.
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
		probe->kvm_answers = kvm_answers(&session);
		if (probe->kvm_answers)
			session.ignores_msrs = step_read_msr(&session, KVM_MSR_UNASSIGNED, &ignored);
		else
			read_msrs_only(&session);
		if (!probe->kvm_answers)
			report_problem(report, PROBLEM_NOTHING_ANSWERS, 0);
		else if (!report->kvm.present)
			report_problem(report, PROBLEM_KVM_ANSWERS, 0);
		probe_facts(&session);
	}
	probe->general_steps = probe->step_count;
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++)
		probe_row(&session, row);
	if (probe->kvm_answers && session.confidential == CONFIDENTIAL_NONE)
		probe_other_vcpus(&session);
	if (probe->vcpus_late.count > 0) {
		report_problem(report, PROBLEM_VCPUS_UNPROBED, 0);
		/* The host may go on writing where the MSRs of a vCPU say that was stopped. */
		probe->page_stays = ring0->page != NULL;
	}
}

static bool contradicts(uint8_t outcome, bool enforced)
{
	return outcome == PROBE_REFUSED || outcome == PROBE_WRONG ||
	       (enforced && (outcome == PROBE_MASKED_WORKS || outcome == PROBE_MASKED_ACCEPTED));
}

bool probe_contradicts(const struct probe *probe, bool enforced)
{
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++)
		if (contradicts(probe->results[row].outcome, enforced))
			return true;
	for (size_t i = 0; i < probe->difference_count; i++)
		if (contradicts(probe->differences[i].outcome, enforced))
			return true;
	return probe->differences_dropped > 0;
}
