/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe on vCPUs beside the first: each has MSRs of its own, and may have a fault of its own. */
#include "core/judge/judge.h"
#include "unit/fake/fake_ring0.h"

enum { ALL = 0x01007efb };

static const struct probe_difference *the_difference(const struct report *report, uint8_t bit)
{
	const struct probe_difference *found = NULL;

	for (size_t i = 0; i < report->probe.difference_count; i++)
		if (kvm_features[report->probe.differences[i].row].bit == bit)
			found = &report->probe.differences[i];
	g_assert_nonnull(found);
	return found;
}

/* Each fault is of one vCPU only: the row of the first is sound, and the difference names the vCPU. */
static void test_each_alone(void)
{
	static const struct {
		enum defect defect;
		uint8_t bit;
		enum probe_outcome outcome;
		enum probe_why why;
	} rows[] = {
		{ DEFECT_READ_BACK, KVM_BIT_CLOCKSOURCE, PROBE_WRONG, WHY_READ_BACK },
		{ DEFECT_READ_BACK, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_READ_BACK },
		{ DEFECT_ODD_VERSION, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_VERSION },
		{ DEFECT_NO_SCALE, KVM_BIT_CLOCKSOURCE2, PROBE_WRONG, WHY_SCALE },
		{ DEFECT_NOT_FILLED, KVM_BIT_STEAL_TIME, PROBE_WRONG, WHY_NOT_FILLED },
		{ DEFECT_RESERVED, KVM_BIT_PV_EOI, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_ASYNC_PF, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_ASYNC_PF_INT, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_RESERVED, KVM_BIT_POLL_CONTROL, PROBE_WRONG, WHY_RESERVED },
		{ DEFECT_MSRS_REFUSED, KVM_BIT_STEAL_TIME, PROBE_REFUSED, WHY_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .other_count = 3 };
		const struct probe_difference *difference;
		struct report report;

		g_test_message("defect %d, bit %u", rows[i].defect, rows[i].bit);
		kvm.others[1].defect = rows[i].defect;
		fake_probe_cleanly(&kvm, false, &report);
		g_assert_cmpuint(report.probe.vcpus_probed, ==, 3);
		difference = the_difference(&report, rows[i].bit);
		g_assert_cmpint(difference->outcome, ==, rows[i].outcome);
		g_assert_cmpint(difference->why, ==, rows[i].why);
		g_assert_cmpuint(difference->vcpus.count, ==, 1);
		g_assert_cmpuint(difference->vcpus.ranges[0].first, ==, FAKE_OTHER_APIC_ID + 1);
		g_assert_cmpint(fake_result(&report, rows[i].bit)->outcome, !=, rows[i].outcome);
		g_assert_true(probe_contradicts(&report.probe, false));
		g_assert_cmpint(judge_status(&report), ==, STATUS_PROBE);
	}
}

/* The same on two neighbours is one difference, of both. */
static void test_two_alike(void)
{
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .other_count = 3 };
	struct report report;

	kvm.others[1].defect = kvm.others[2].defect = DEFECT_NOT_FILLED;
	fake_probe_cleanly(&kvm, false, &report);
	g_assert_cmpuint(the_difference(&report, KVM_BIT_STEAL_TIME)->vcpus.count, ==, 2);
	g_assert_cmpuint(the_difference(&report, KVM_BIT_STEAL_TIME)->vcpus.range_count, ==, 1);
}

/* A clock that is ahead or behind on one vCPU breaks the promise of the stable bit for all. */
static void test_warp(void)
{
	for (unsigned ahead = 0; ahead <= 3; ahead++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .other_count = 3 };
		struct report report;

		if (ahead == 0)
			kvm.defect = DEFECT_WARP;
		else
			kvm.others[ahead - 1].defect = DEFECT_WARP;
		fake_probe_cleanly(&kvm, false, &report);
		fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE_STABLE_BIT, PROBE_WRONG, WHY_WARPS);
	}
}

/* A vCPU that does not come back is named, the others behind it are left alone, and the run fails. */
static void test_late(void)
{
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .other_count = 3 };
	struct report report;

	kvm.others[1].late = true;
	fake_probe_cleanly(&kvm, false, &report);
	g_assert_cmpuint(report.probe.vcpus_probed, ==, 1);
	g_assert_cmpuint(report.probe.vcpus_late.count, ==, 1);
	g_assert_cmpuint(report.probe.vcpus_late.ranges[0].first, ==, FAKE_OTHER_APIC_ID + 1);
	g_assert_cmpint(report.problems[report.problem_count - 1].kind, ==, PROBLEM_VCPUS_UNPROBED);
	g_assert_cmpint(judge_status(&report), ==, STATUS_VCPUS);
}

/* Masked features too are tried on each vCPU; what --enforced asks holds for all of them. */
static void test_masked(void)
{
	struct fake_kvm kvm = { .features = 0, .is_kvm = true, .other_count = 1, .defect = DEFECT_MSRS_REFUSED };
	struct report report;

	fake_probe_cleanly(&kvm, true, &report);
	fake_assert_outcome(&report, KVM_BIT_STEAL_TIME, PROBE_MASKED_REFUSED, WHY_NONE);
	g_assert_cmpint(the_difference(&report, KVM_BIT_STEAL_TIME)->outcome, ==, PROBE_MASKED_WORKS);
	g_assert_cmpint(the_difference(&report, KVM_BIT_POLL_CONTROL)->outcome, ==, PROBE_MASKED_ACCEPTED);
	g_assert_false(probe_contradicts(&report.probe, false));
	g_assert_true(probe_contradicts(&report.probe, true));
}

/* Where no KVM answers, and in confidential guests, the other vCPUs are left alone. */
static void test_left_alone(void)
{
	struct fake_kvm rows[] = { { .features = ALL, .is_kvm = true, .answers_all = true },
		{ .features = ALL, .is_kvm = true, .sev_status = 1 },
		{ .features = ALL, .is_kvm = true, .is_tdx = true } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report report;

		rows[i].other_count = 2;
		fake_probe(&rows[i], false, &report);
		g_assert_cmpuint(report.probe.vcpus_probed, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-vcpus/each-alone", test_each_alone);
	g_test_add_func("/probe-vcpus/two-alike", test_two_alike);
	g_test_add_func("/probe-vcpus/warp", test_warp);
	g_test_add_func("/probe-vcpus/late", test_late);
	g_test_add_func("/probe-vcpus/masked", test_masked);
	g_test_add_func("/probe-vcpus/left-alone", test_left_alone);
	return g_test_run();
}
