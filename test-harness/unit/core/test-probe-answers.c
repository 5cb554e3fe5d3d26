/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes one answer of the fake KVM at a time, and checks the outcome. Linux arch/x86/kvm/{x86,lapic}.c: an unknown
 * call returns -1000; SEND_IPI returns how many interrupts it sent, or -95 without KVM's own interrupt controllers;
 * MAP_GPA_RANGE returns -22 for an address that is not a page's. msr.rst: POLL_CONTROL and MIGRATION_CONTROL have only
 * bit 0.
 */
#include "unit/fake/fake_ring0.h"

enum { ALL = 0x01007efb };

#define ANSWER(call, result) .answers[0] = { true, (call), FAULT_NONE, (result) }
#define READS(msr, found) .reads[0] = { true, (msr), FAULT_NONE, (found) }
#define WRITE_REFUSED(msr) .writes[0] = { true, (msr), FAULT_GP, 0 }

struct row {
	struct fake_kvm kvm;
	uint8_t bit;
	enum probe_outcome outcome;
	enum probe_why why;
};

static void assert_row(const struct row *row)
{
	struct fake_kvm kvm = row->kvm;
	struct report report;
	const struct probe_result *result;

	kvm.is_kvm = true;
	kvm.features = ALL | UINT32_C(1) << row->bit;
	fake_probe(&kvm, false, &report);
	result = fake_result(&report, row->bit);
	g_test_message("bit %u: %s (%s)", row->bit, probe_outcome_name((enum probe_outcome)result->outcome),
		probe_why_words((enum probe_why)result->why));
	g_assert_cmpint(result->outcome, ==, row->outcome);
	g_assert_cmpint(result->why, ==, row->why);
	g_assert_cmpuint(kvm.listening, ==, 0);
	g_assert_false(kvm.held);
	g_assert_cmpint(kvm.waits > 0, ==, row->why == WHY_UNHEARD);
	fake_assert_msrs(&kvm, &report);
}

static void test_calls(void)
{
	static const struct row rows[] = {
		{ { ANSWER(2, 0) }, KVM_BIT_MMU_OP, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { ANSWER(2, -1000) }, KVM_BIT_MMU_OP, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(2, -95) }, KVM_BIT_MMU_OP, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(2, -22) }, KVM_BIT_MMU_OP, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(5, 1) }, KVM_BIT_PV_UNHALT, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(5, -95) }, KVM_BIT_PV_UNHALT, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(5, 1000) }, KVM_BIT_PV_UNHALT, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(11, -1) }, KVM_BIT_PV_SCHED_YIELD, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(11, -1000) }, KVM_BIT_PV_SCHED_YIELD, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(12, -22) }, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { ANSWER(12, -1000) }, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(12, 0) }, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(12, 22) }, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(12, -22), .sev_status = 3 }, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_UNTESTED, WHY_SEV_ES },
		{ { .maps_ranges = true }, KVM_BIT_HC_MAP_GPA_RANGE, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { .sev_status = 7 }, KVM_BIT_PV_SEND_IPI, PROBE_UNTESTED, WHY_SEV_ES },
		{ { .sev_status = 3 }, KVM_BIT_MMU_OP, PROBE_UNTESTED, WHY_SEV_ES },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_row(&rows[i]);
}

static void test_send_ipi(void)
{
	static const struct row rows[] = {
		{ { 0 }, KVM_BIT_PV_SEND_IPI, PROBE_WORKS, WHY_NONE },
		{ { ANSWER(10, -1000) }, KVM_BIT_PV_SEND_IPI, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(10, -95) }, KVM_BIT_PV_SEND_IPI, PROBE_REFUSED, WHY_NONE },
		{ { ANSWER(10, -22) }, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_ANSWER },
		{ { ANSWER(10, -1) }, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_ANSWER },
		/*
		 * The call says 1 and nothing is heard; two interrupts are heard; one is heard though the call says 0.
		 */
		{ { ANSWER(10, 1) }, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_UNHEARD },
		{ { .echoes = 1 }, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_COUNT },
		{ { ANSWER(10, 0), .echoes = 1 }, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_COUNT },
		{ { ANSWER(10, 2), .echoes = 2 }, KVM_BIT_PV_SEND_IPI, PROBE_WRONG, WHY_COUNT },
		/* Where nothing can listen, only the call's answer is looked at. */
		{ { ANSWER(10, 0), .no_listener = true }, KVM_BIT_PV_SEND_IPI, PROBE_UNTESTED, WHY_NO_INTERRUPT },
		{ { ANSWER(10, -22), .no_listener = true }, KVM_BIT_PV_SEND_IPI, PROBE_UNTESTED, WHY_NO_INTERRUPT },
		{ { ANSWER(10, -1000), .no_listener = true }, KVM_BIT_PV_SEND_IPI, PROBE_REFUSED, WHY_NONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_row(&rows[i]);
}

static void test_msrs(void)
{
	static const struct row rows[] = {
		{ { READS(0x4b564d08, 0) }, KVM_BIT_MIGRATION_CONTROL, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { READS(0x4b564d08, 1) }, KVM_BIT_MIGRATION_CONTROL, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { READS(0x4b564d08, 2) }, KVM_BIT_MIGRATION_CONTROL, PROBE_WRONG, WHY_READ_BACK },
		{ { 0 }, KVM_BIT_MIGRATION_CONTROL, PROBE_REFUSED, WHY_NONE },
		{ { .ignores_msrs = true }, KVM_BIT_MIGRATION_CONTROL, PROBE_UNTESTED, WHY_IGNORED },
		{ { READS(0x4b564d08, 1), .ignores_msrs = true }, KVM_BIT_MIGRATION_CONTROL, PROBE_ACCEPTED,
			WHY_NO_EFFECT },
		{ { WRITE_REFUSED(0x4b564d05) }, KVM_BIT_POLL_CONTROL, PROBE_REFUSED, WHY_NONE },
		{ { READS(0x4b564d05, 1) }, KVM_BIT_POLL_CONTROL, PROBE_WRONG, WHY_READ_BACK },
		{ { READS(0x4b564d05, 1), .is_tdx = true }, KVM_BIT_POLL_CONTROL, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { READS(0x4b564d05, 0), .is_tdx = true }, KVM_BIT_POLL_CONTROL, PROBE_ACCEPTED, WHY_NO_EFFECT },
		{ { READS(0x4b564d05, 2), .is_tdx = true }, KVM_BIT_POLL_CONTROL, PROBE_WRONG, WHY_READ_BACK },
		{ { WRITE_REFUSED(0x4b564d03) }, KVM_BIT_STEAL_TIME, PROBE_REFUSED, WHY_NONE },
		{ { WRITE_REFUSED(0x4b564d03) }, KVM_BIT_PV_TLB_FLUSH, PROBE_UNTESTED, WHY_NEEDS_STEAL },
		{ { .defect = DEFECT_READ_BACK }, KVM_BIT_PV_TLB_FLUSH, PROBE_WRONG, WHY_READ_BACK },
		{ { .defect = DEFECT_READ_BACK }, KVM_BIT_STEAL_TIME, PROBE_WRONG, WHY_READ_BACK },
		{ { .defect = DEFECT_RESERVED }, KVM_BIT_STEAL_TIME, PROBE_WRONG, WHY_RESERVED },
		{ { .defect = DEFECT_RESERVED }, KVM_BIT_ASYNC_PF_INT, PROBE_WRONG, WHY_RESERVED },
		{ { .enforces = true }, KVM_BIT_ASYNC_PF_VMEXIT, PROBE_ACCEPTED, WHY_NO_ABSENCE },
		{ { .no_page = true }, KVM_BIT_STEAL_TIME, PROBE_UNTESTED, WHY_NO_PAGE },
		{ { .no_page = true }, KVM_BIT_PV_EOI, PROBE_UNTESTED, WHY_NO_PAGE },
		{ { .no_page = true }, KVM_BIT_CLOCKSOURCE2, PROBE_UNTESTED, WHY_NO_PAGE },
		{ { .sev_status = 1 }, KVM_BIT_PV_TLB_FLUSH, PROBE_UNTESTED, WHY_ENCRYPTED },
		{ { WRITE_REFUSED(0x4b564d04) }, KVM_BIT_PV_EOI, PROBE_REFUSED, WHY_NONE },
		{ { WRITE_REFUSED(0x4b564d06) }, KVM_BIT_ASYNC_PF_INT, PROBE_REFUSED, WHY_NONE },
		/* The MSR that makes the host interrupt belongs to another feature. */
		{ { WRITE_REFUSED(0x4b564d02) }, KVM_BIT_ASYNC_PF_INT, PROBE_ACCEPTED, WHY_NO_ABSENCE },
		{ { .no_page = true }, KVM_BIT_ASYNC_PF_INT, PROBE_UNTESTED, WHY_NO_PAGE },
		{ { .no_listener = true }, KVM_BIT_ASYNC_PF_INT, PROBE_ACCEPTED, WHY_NO_INTERRUPT },
		{ { .no_listener = true }, KVM_BIT_PV_EOI, PROBE_ACCEPTED, WHY_NO_INTERRUPT },
		{ { .apicv = true }, KVM_BIT_PV_EOI, PROBE_ACCEPTED, WHY_NOT_SKIPPED },
		{ { .forgets = true }, KVM_BIT_PV_TLB_FLUSH, PROBE_ACCEPTED, WHY_NOT_STALE },
		{ { .forgets = true, .other_count = 1 }, KVM_BIT_PV_TLB_FLUSH, PROBE_ACCEPTED, WHY_NOT_STALE },
		{ { .other_count = 1 }, KVM_BIT_PV_TLB_FLUSH, PROBE_WORKS, WHY_NONE },
		{ { .other_count = 1, .others[0].defect = DEFECT_STALE }, KVM_BIT_PV_TLB_FLUSH, PROBE_WRONG,
			WHY_STALE },
		{ { .other_count = 1, .others[0].defect = DEFECT_UNMARKED }, KVM_BIT_PV_TLB_FLUSH, PROBE_WORKS,
			WHY_NONE },
		{ { .restless = true, .other_count = 1 }, KVM_BIT_PV_UNHALT, PROBE_ACCEPTED, WHY_NOT_HALTED },
		{ { .other_count = 1 }, KVM_BIT_PV_UNHALT, PROBE_WORKS, WHY_NONE },
		{ { .reads[0] = { true, 0x4b564d07, FAULT_GP, 0 } }, KVM_BIT_ASYNC_PF_INT, PROBE_REFUSED, WHY_NONE },
		{ { .defect = DEFECT_READ_BACK }, KVM_BIT_ASYNC_PF_INT, PROBE_WRONG, WHY_READ_BACK },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_row(&rows[i]);
}

/* With an enforced mask, bit 2 of ASYNC_PF_EN is refused without its feature, but the MSR itself is not. */
static void test_vmexit(void)
{
	for (int enforces = 0; enforces < 2; enforces++) {
		struct fake_kvm kvm = { .features = ALL & ~(1u << KVM_BIT_ASYNC_PF_VMEXIT), .is_kvm = true };
		struct report report;

		kvm.enforces = enforces;
		fake_probe(&kvm, false, &report);
		g_assert_cmpint(fake_result(&report, KVM_BIT_ASYNC_PF)->outcome, ==, PROBE_ACCEPTED);
		g_assert_cmpint(fake_result(&report, KVM_BIT_ASYNC_PF_VMEXIT)->outcome, ==,
			enforces ? PROBE_MASKED_REFUSED : PROBE_MASKED_ACCEPTED);
	}
}

/* "Page ready" is acknowledged once, by bit 0; it is not where none can have been sent. */
static void test_acknowledge(void)
{
	static const struct {
		struct fake_kvm kvm;
		uint64_t acknowledged;
	} rows[] = { { { 0 }, 1 }, { { .defect = DEFECT_DEAF }, 1 }, { { .no_page = true }, 0 },
		{ { .no_listener = true }, 0 }, { { WRITE_REFUSED(0x4b564d02) }, 0 },
		{ { WRITE_REFUSED(0x4b564d06) }, 0 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_kvm kvm = rows[i].kvm;
		struct report report;

		kvm.is_kvm = true;
		kvm.features = ALL;
		fake_probe(&kvm, false, &report);
		g_assert_cmpuint(kvm.acknowledged, ==, rows[i].acknowledged);
	}
}

/* An area that looks filled because of what was in the page before was not filled by the host. */
static void test_stale_page(void)
{
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, .defect = DEFECT_NOT_FILLED };
	struct report report;

	memset(kvm.page, 2, sizeof(kvm.page));
	fake_probe(&kvm, false, &report);
	g_assert_cmpint(fake_result(&report, KVM_BIT_STEAL_TIME)->outcome, ==, PROBE_WRONG);
	g_assert_cmpint(fake_result(&report, KVM_BIT_STEAL_TIME)->why, ==, WHY_NOT_FILLED);
}

/* Where the call says that nothing was sent, no interrupt is waited for. */
static void test_no_vain_wait(void)
{
	struct fake_kvm kvm = { .features = ALL, .is_kvm = true, ANSWER(10, 0) };
	struct report report;

	fake_probe(&kvm, false, &report);
	g_assert_cmpint(fake_result(&report, KVM_BIT_PV_SEND_IPI)->why, ==, WHY_UNHEARD);
	g_assert_cmpuint(kvm.waits, ==, 0);
}

/* Features that only permit something cannot be tested. */
static void test_promises(void)
{
	static const struct row rows[] = {
		{ { 0 }, KVM_BIT_NOP_IO_DELAY, PROBE_UNTESTED, WHY_PROMISE },
		{ { 0 }, KVM_BIT_MSI_EXT_DEST_ID, PROBE_UNTESTED, WHY_APIC_IDS },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_row(&rows[i]);
	/* A hint is a bit of EDX; the bit with the same number in EAX is a feature. */
	for (uint32_t hints = 0; hints < 2; hints++) {
		struct fake_kvm kvm = { .features = hints ? ALL & ~1u : ALL, .hints = hints, .is_kvm = true };
		const struct probe_result *hint;
		struct report report;

		fake_probe(&kvm, false, &report);
		/* Hints follow the features; the first is bit 0. */
		hint = &report.probe.results[__builtin_popcount(KVM_KNOWN_EAX)];
		g_assert_cmpint(kvm_features[__builtin_popcount(KVM_KNOWN_EAX)].reg, ==, KVM_EDX);
		g_assert_cmpint(hint->outcome, ==, hints ? PROBE_UNTESTED : PROBE_ABSENT);
		g_assert_cmpint(hint->why, ==, hints ? WHY_PROMISE : WHY_NONE);
	}
}

/* A call that faults has no answer, even if RAX holds a good one afterwards: 0, 1, or the call's number. */
static void test_calls_fault(void)
{
	static const int64_t left_behind[] = { 0, 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(left_behind); i++) {
		struct fake_kvm kvm = { .features = ALL, .is_kvm = true };
		struct report report;

		for (int k = 0; k < 3; k++) {
			static const uint32_t numbers[] = { 5, 10, 11 };

			kvm.answers[k] = (struct fake_override){ true, numbers[k], FAULT_UD, left_behind[i] };
		}
		fake_probe(&kvm, false, &report);
		g_assert_true(report.probe.kvm_answers);
		g_assert_cmpint(fake_result(&report, KVM_BIT_PV_UNHALT)->outcome, ==, PROBE_REFUSED);
		g_assert_cmpint(fake_result(&report, KVM_BIT_PV_SEND_IPI)->outcome, ==, PROBE_REFUSED);
		g_assert_cmpint(fake_result(&report, KVM_BIT_PV_SCHED_YIELD)->outcome, ==, PROBE_REFUSED);
		g_assert_true(probe_contradicts(&report.probe, false));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-answers/calls", test_calls);
	g_test_add_func("/probe-answers/send-ipi", test_send_ipi);
	g_test_add_func("/probe-answers/msrs", test_msrs);
	g_test_add_func("/probe-answers/vmexit", test_vmexit);
	g_test_add_func("/probe-answers/acknowledge", test_acknowledge);
	g_test_add_func("/probe-answers/stale-page", test_stale_page);
	g_test_add_func("/probe-answers/no-vain-wait", test_no_vain_wait);
	g_test_add_func("/probe-answers/promises", test_promises);
	g_test_add_func("/probe-answers/calls-fault", test_calls_fault);
	return g_test_run();
}
