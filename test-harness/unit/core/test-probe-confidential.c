/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe on the fake KVM where memory or registers are hidden from the host, or no page can be shared with it. */
#include "core/judge/judge.h"
#include "unit/fake/fake_ring0.h"
#include "unit/fake/kvm_expected.h"

/* What KVM offers of itself. */
#define ALL expected_offered()

/* In a TDX guest a refused MSR stops the machine, and the hypercall instruction does nothing: one MSR is read. */
static void test_tdx(void)
{
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .is_tdx = true };
	struct report report;

	fake_probe(&kvm, false, &report);
	g_assert_cmpuint(kvm.calls, ==, 0);
	g_assert_cmpuint(kvm.msrs_touched, ==, 1);
	fake_assert_outcome(&report, KVM_BIT_POLL_CONTROL, PROBE_ACCEPTED, WHY_NO_EFFECT);
	fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE2, PROBE_UNTESTED, WHY_TDX);
	fake_assert_outcome(&report, KVM_BIT_PV_UNHALT, PROBE_UNTESTED, WHY_TDX);
	g_assert_false(probe_contradicts(&report.probe, true));
	kvm = (struct fake_kvm){ .features = ALL & ~(1u << KVM_BIT_POLL_CONTROL), .is_kvm = true, .is_tdx = true };
	fake_probe(&kvm, false, &report);
	g_assert_cmpuint(kvm.msrs_touched, ==, 0);
}

/* The host cannot write into encrypted memory; with encrypted registers it gets only the number of a hypercall. */
static void test_sev(void)
{
	for (uint64_t status = 1; status <= 7; status = status * 2 + 1) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .sev_status = status };
		bool encrypted_state =
			status > 1; /* only 1 and an unassigned one, which take no argument, are called */
		struct report report;

		fake_probe(&kvm, false, &report);
		g_assert_true(report.probe.kvm_answers);
		fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE2, PROBE_UNTESTED, WHY_ENCRYPTED);
		fake_assert_outcome(&report, KVM_BIT_STEAL_TIME, PROBE_UNTESTED, WHY_ENCRYPTED);
		fake_assert_outcome(&report, KVM_BIT_POLL_CONTROL, PROBE_ACCEPTED, WHY_NO_EFFECT);
		fake_assert_outcome(&report, KVM_BIT_PV_UNHALT, encrypted_state ? PROBE_UNTESTED : PROBE_ACCEPTED,
			encrypted_state ? WHY_SEV_ES : WHY_ONE_VCPU);
		g_assert_cmpuint(kvm.calls, ==,
			2 + (encrypted_state ? 0
					     : expected_unlocks(
						       "hypercall"))); /* 2: hypercall 1 and the unassigned one */
		g_assert_false(probe_contradicts(&report.probe, false));
	}
}

/* With a page that the firmware has decrypted, what needs shared memory is tried; arguments stay hidden as before. */
static void test_shared_page(void)
{
	for (uint64_t status = 1; status <= 7; status = status * 2 + 1) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .sev_status = status, .shares_page = true };
		struct report report;

		fake_probe_cleanly(&kvm, false, &report);
		g_assert_true(report.probe.page_is_shared);
		fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE, PROBE_WORKS, WHY_NONE);
		fake_assert_outcome(&report, KVM_BIT_CLOCKSOURCE2, PROBE_WORKS, WHY_NONE);
		fake_assert_outcome(&report, KVM_BIT_STEAL_TIME, PROBE_WORKS, WHY_NONE);
		g_assert_cmpint(report.probe.pairing, ==, status == 1 ? PAIRING_WORKS : PAIRING_UNTRIED);
		fake_assert_outcome(&report, KVM_BIT_PV_UNHALT, status == 1 ? PROBE_ACCEPTED : PROBE_UNTESTED,
			status == 1 ? WHY_ONE_VCPU : WHY_SEV_ES);
	}
}

/* Masked features that cannot be tried for want of a page, or of a hypercall's arguments, leave --enforced unanswered.
 */
static void test_masked_untried(void)
{
	static const struct {
		struct fake_kvm kvm;
		bool masks, untried;
	} rows[] = { { { .is_kvm = true }, false, false }, { { .is_kvm = true }, true, false },
		{ { .is_kvm = true, .no_page = true }, false, false },
		{ { .is_kvm = true, .no_page = true }, true, true },
		{ { .is_kvm = true, .sev_status = 1 }, true, true },
		{ { .is_kvm = true, .sev_status = 3, .shares_page = true }, true, true } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_kvm kvm = rows[i].kvm;
		struct report report;

		kvm.features = rows[i].masks ? 0 : ALL;
		fake_probe(&kvm, false, &report);
		report.probe_asked = report.enforced = true;
		g_assert_cmpint(report.probe.masked_untried, ==, rows[i].untried);
		if (rows[i].untried && !probe_contradicts(&report.probe, true))
			g_assert_cmpint(judge_status(&report), ==, STATUS_NOT_PROBED);
	}
}

/* Without a page to share, features that need none are still tested. */
static void test_no_page(void)
{
	static const uint8_t shared[] = { 0, 3, 4, 5, 6, 9, 10, 14, 24 };
	static const struct {
		uint8_t bit;
		enum probe_outcome outcome;
		enum probe_why why;
	} others[] = { { 7, PROBE_ACCEPTED, WHY_ONE_VCPU }, { 11, PROBE_WORKS, WHY_NONE },
		{ 12, PROBE_ACCEPTED, WHY_NO_EFFECT }, { 13, PROBE_ACCEPTED, WHY_NO_EFFECT } };
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .no_page = true };
	struct report report;

	fake_probe_cleanly(&kvm, false, &report);
	for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
		fake_assert_outcome(&report, shared[i], PROBE_UNTESTED, WHY_NO_PAGE);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		fake_assert_outcome(&report, others[i].bit, others[i].outcome, others[i].why);
	g_assert_false(probe_contradicts(&report.probe, true));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-confidential/tdx", test_tdx);
	g_test_add_func("/probe-confidential/sev", test_sev);
	g_test_add_func("/probe-confidential/shared-page", test_shared_page);
	g_test_add_func("/probe-confidential/no-page", test_no_page);
	g_test_add_func("/probe-confidential/masked-untried", test_masked_untried);
	return g_test_run();
}
