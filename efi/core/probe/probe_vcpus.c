/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's MSRs are each vCPU's own: a host may honour them on one vCPU and not on another. Each of the others is tried
 * alone, while the first waits for it.
 */
#include "core/probe/probe_steps.h"

/* What can be tried on a vCPU on which no interrupt can be counted and no firmware can be called. */
static const struct {
	uint8_t bit;
	probe_test *test;
} own_tests[] = {
	{ KVM_BIT_CLOCKSOURCE, probe_clock_msr },
	{ KVM_BIT_CLOCKSOURCE2, probe_clock_msr_new },
	{ KVM_BIT_ASYNC_PF, probe_ASYNC_PF },
	{ KVM_BIT_STEAL_TIME, probe_STEAL_TIME },
	{ KVM_BIT_PV_EOI, probe_eoi_msr },
	{ KVM_BIT_ASYNC_PF_VMEXIT, probe_ASYNC_PF_VMEXIT },
	{ KVM_BIT_POLL_CONTROL, probe_POLL_CONTROL },
	{ KVM_BIT_ASYNC_PF_INT, probe_async_int_msrs },
};
enum { OWN_TESTS = sizeof(own_tests) / sizeof(own_tests[0]) };

/* One vCPU's turn. */
struct turn {
	struct probe_session session;
	struct answer answers[OWN_TESTS];
	bool has_clock;
	uint64_t clock; /* ns */
};

static size_t row_of(uint8_t bit)
{
	size_t row = 0;

	while (kvm_features[row].reg != KVM_EAX || kvm_features[row].bit != bit)
		row++;
	return row;
}

static void take_turn(void *argument)
{
	struct turn *turn = argument;

	for (size_t i = 0; i < OWN_TESTS; i++)
		turn->answers[i] = probe_feature(&turn->session, row_of(own_tests[i].bit), own_tests[i].test);
	turn->has_clock = probe_clock_now(&turn->session, &turn->clock);
}

/* Outcomes that differ only in how much of an effect could be seen count as one. */
static enum probe_outcome kind_of(uint8_t outcome)
{
	return outcome == PROBE_WORKS          ? PROBE_ACCEPTED
	       : outcome == PROBE_MASKED_WORKS ? PROBE_MASKED_ACCEPTED
					       : outcome;
}

static bool is_other(const struct probe_result *first, struct answer answer)
{
	if (first->outcome == PROBE_UNTESTED || answer.outcome == PROBE_UNTESTED)
		return false;
	return kind_of(first->outcome) != kind_of((uint8_t)answer.outcome);
}

static void note_difference(struct probe *probe, size_t row, struct answer answer, uint32_t apic_id)
{
	struct probe_difference *difference = probe->differences;
	const struct probe_difference *end = difference + probe->difference_count;

	while (difference < end &&
		(difference->row != row || difference->outcome != answer.outcome || difference->why != answer.why))
		difference++;
	if (difference == end) {
		if (probe->difference_count == PROBE_DIFFERENCES_MAX) {
			probe->differences_dropped++;
			return;
		}
		probe->difference_count++;
		*difference = (struct probe_difference){
			.row = (uint8_t)row, .outcome = (uint8_t)answer.outcome, .why = (uint8_t)answer.why
		};
	}
	vcpu_set_add(&difference->vcpus, apic_id);
}

/*
 * The other vCPU read its clock after this one had read its own, and before this one reads it again. The readings must
 * be in that order where the flags of both promise it.
 */
static void compare_clocks(struct probe_session *session, const struct turn *turn, uint64_t before, uint64_t after)
{
	struct probe_result *stable = &session->probe->results[row_of(KVM_BIT_CLOCKSOURCE_STABLE_BIT)];

	if (stable->outcome != PROBE_ACCEPTED && stable->outcome != PROBE_WORKS)
		return;
	if (before <= turn->clock && turn->clock <= after)
		*stable = (struct probe_result){ PROBE_WORKS, WHY_NONE, stable->first_step, stable->step_count };
	else
		*stable = (struct probe_result){ PROBE_WRONG, WHY_WARPS, stable->first_step, stable->step_count };
}

/* False where there is no vCPU of that number, or where one did not end: no others are tried then. */
static bool probe_vcpu(struct probe_session *session, uint32_t number, struct turn *turn)
{
	const struct ring0 *ring0 = session->ring0;
	struct probe *probe = session->probe;
	uint64_t before = 0, after = 0;
	bool has_clock = probe_clock_now(session, &before);
	uint32_t apic_id = 0;

	turn->session = *session;
	switch (ring0->run_on(ring0->context, number, take_turn, turn, &apic_id)) {
	case RUN_ON_NONE:
		return false;
	case RUN_ON_LATE:
		vcpu_set_add(&probe->vcpus_late, apic_id);
		return false;
	case RUN_ON_DONE:
		break;
	}
	probe->vcpus_probed++;
	for (size_t i = 0; i < OWN_TESTS; i++) {
		size_t row = row_of(own_tests[i].bit);

		if (is_other(&probe->results[row], turn->answers[i]))
			note_difference(probe, row, turn->answers[i], apic_id);
	}
	if (has_clock && turn->has_clock && probe_clock_now(session, &after))
		compare_clocks(session, turn, before, after);
	return true;
}

void probe_other_vcpus(struct probe_session *session)
{
	/* Not on the stack: a vCPU that is late may still use it. */
	static struct turn turn;
	struct probe_session quiet = *session;

	quiet.off_record = true;
	for (uint32_t number = 0; number + 1 < session->report->vcpu_count; number++)
		if (!probe_vcpu(&quiet, number, &turn))
			break;
}
