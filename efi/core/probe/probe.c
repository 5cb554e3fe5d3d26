/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe.h"

#include "core/leaves/confidential.h"
#include "core/probe/probe_steps.h"
#include "core/report/report.h"
#include "core/base/text.h"

static const char *const whys[] = {
	[WHY_NONE] = "",
#define UNTESTED(name, words) [WHY_##name] = (words),
#define WRONG(name, words) [WHY_##name] = (words),
#include "core/report/probe_whys.def"
};
#define UNTESTED(name, words) _Static_assert(sizeof(words) - 1 <= 16, "too long for its column: " #name);
#define WRONG(name, words) _Static_assert(sizeof(words) - 1 <= 28, "too long for its column: " #name);
#include "core/report/probe_whys.def"

const char *probe_outcome_name(enum probe_outcome outcome)
{
	static const char *const names[PROBE_OUTCOMES] = {
		[PROBE_ABSENT] = "absent",
		[PROBE_WORKS] = "works",
		[PROBE_REFUSED] = "advertised but refused",
		[PROBE_WRONG] = "advertised but wrong",
		[PROBE_UNTESTED] = "advertised, cannot be tested here",
		[PROBE_MASKED_REFUSED] = "masked and refused",
		[PROBE_MASKED_WORKS] = "masked but works",
	};

	return names[outcome];
}

const char *probe_why_words(enum probe_why why)
{
	return whys[why];
}

const char *fault_name(enum fault fault)
{
	switch (fault) {
	case FAULT_NONE:
		return "ok";
	case FAULT_UD:
		return "#UD";
	case FAULT_GP:
		return "#GP";
	case FAULT_PF:
		return "#PF";
	}
	return "?";
}

/* Whether a host can refuse what the feature unlocks, so that a test tells something of a feature that is masked. */
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
	return feature->bit == KVM_BIT_ASYNC_PF_VMEXIT; /* an enable bit in another feature's MSR */
}

static bool is_advertised(const struct kvm *kvm, const struct kvm_feature *feature)
{
	return ((feature->reg == KVM_EAX ? kvm->eax : kvm->edx) >> feature->bit) & 1;
}

/* On TDX a refused MSR stops the machine, and the hypercall instruction does nothing: one MSR alone is looked at. */
static bool may_test(const struct probe_session *session, const struct kvm_feature *feature)
{
	return session->confidential != CONFIDENTIAL_TDX ||
	       (feature->reg == KVM_EAX && feature->bit == KVM_BIT_POLL_CONTROL);
}

/* Where the host ignores MSRs it does not have, one that does not hold what was written is none. */
static struct answer masked(const struct probe_session *session, struct answer answer)
{
	switch (answer.outcome) {
	case PROBE_REFUSED:
		return (struct answer){ PROBE_MASKED_REFUSED, WHY_NONE };
	case PROBE_WORKS:
		return (struct answer){ PROBE_MASKED_WORKS, WHY_NONE };
	case PROBE_WRONG: /* it is there all the same */
		if (session->ignores_msrs)
			return (struct answer){ PROBE_MASKED_REFUSED, WHY_NONE };
		return (struct answer){ PROBE_MASKED_WORKS, answer.why };
	default:
		return (struct answer){ PROBE_ABSENT, WHY_NONE };
	}
}

static void probe_feature(struct probe_session *session, size_t row, bool listening)
{
	const struct kvm_feature *feature = &kvm_features[row];
	struct probe_result *result = &session->probe->results[row];
	bool advertised = is_advertised(&session->report->kvm, feature);
	struct answer answer = { PROBE_ABSENT, WHY_NONE };

	result->first_step = session->probe->step_count;
	if (advertised)
		answer = may_test(session, feature) ? probe_tests[row](session) : UNTESTED_BY(TDX);
	else if (listening && has_gate(feature) && session->confidential != CONFIDENTIAL_TDX)
		answer = masked(session, probe_tests[row](session));
	result->outcome = (uint8_t)answer.outcome;
	result->why = (uint8_t)answer.why;
	result->step_count = (uint8_t)(session->probe->step_count - result->first_step);
}

/* What stands in for KVM's MSRs where no KVM has shown itself: read only. The two old numbers may mean anything. */
static void look_at_msrs(struct probe_session *session)
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
	session.confidential = confidential_ask(report, ring0);
	if (session.confidential != CONFIDENTIAL_TDX) {
		probe->kvm_answers = step_hypercall(&session, KVM_CALL_VAPIC_POLL_IRQ, 0, 0, 0, 0) == 0;
		if (probe->kvm_answers)
			(void)step_hypercall(&session, KVM_CALL_UNASSIGNED, 0, 0, 0, 0);
		if (!probe->kvm_answers && !report->kvm.present)
			look_at_msrs(&session);
		else
			session.ignores_msrs = step_read_msr(&session, KVM_MSR_UNASSIGNED, &ignored);
		if (!report->kvm.present)
			report_problem(report, probe->kvm_answers ? PROBLEM_KVM_ANSWERS : PROBLEM_NOTHING_ANSWERS, 0);
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
