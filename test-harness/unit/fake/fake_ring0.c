/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/fake_ring0.h"

#include <glib.h>

#include "core/judge/examine.h"
#include "unit/fake/fake_vcpus.h"
#include "unit/fake/recorded.h"

static uint64_t fake_tsc(void *context)
{
	struct fake_kvm *kvm = context;

	return kvm->tsc += 100;
}

static void fake_rest(void *context)
{
	struct fake_kvm *kvm = context;

	g_assert_true(kvm->on_other);
	fake_let_other_run(kvm);
}

static bool fake_delay(void *context, uint32_t microseconds)
{
	struct fake_kvm *kvm = context;

	kvm->tsc += microseconds * UINT64_C(1000);
	fake_let_other_run(kvm);
	return true;
}

/* 3579545 Hz, 24 bits */
static uint32_t fake_pm_timer(void *context)
{
	struct fake_kvm *kvm = context;

	kvm->tsc += 2000;
	return (uint32_t)(kvm->tsc / 1000 * 3579545 / 1000000) & 0xffffff;
}

static void fake_hold(void *context, bool hold)
{
	struct fake_kvm *kvm = context;

	g_assert_true(kvm->held != hold);
	kvm->held = hold;
}

static bool fake_time(void *context, uint64_t *ret)
{
	(void)context;
	*ret = FAKE_TIME;
	return true;
}

struct ring0 fake_ring0(struct fake_kvm *kvm)
{
	return (struct ring0){ .read_msr = fake_read_msr,
		.write_msr = fake_write_msr,
		.hypercall = fake_hypercall,
		.tsc = fake_tsc,
		.delay = fake_delay,
		.hold_interrupts = fake_hold,
		.time = fake_time,
		.listen = fake_listen_for,
		.heard = fake_heard,
		.listen_end = fake_listen_end,
		.interrupt_self = fake_interrupt_self,
		.eois_skipped = fake_eois_skipped,
		.halt_other = fake_halt_other,
		.has_woken = fake_has_woken,
		.halt_end = fake_halt_end,
		.begin_on_other = fake_begin_on_other,
		.rest = fake_rest,
		.end_on_other = fake_end_on_other,
		.run_on = fake_run_on,
		.translate = fake_translate,
		.is_stale = fake_is_stale,
		.translate_end = fake_translate_end,
		.context = kvm,
		.page = kvm->no_page ? NULL : kvm->page,
		.page_address = (uint64_t)(uintptr_t)kvm->page,
		.apic_id = FAKE_APIC_ID,
		.pm_timer = fake_pm_timer,
		.pm_timer_bits = kvm->no_pm_timer ? 0 : 24,
		.page_is_shared = kvm->shares_page };
}

static void run_probe(void *context, struct report *report)
{
	const struct ring0 *ring0 = context;
	const struct fake_kvm *kvm = ring0->context;

	report->vcpu_count = 1 + kvm->other_count;
	probe_run(report, ring0, false);
}

/* What the timing leaf says; 0 is no frequency. */
static uint32_t timing_khz(enum defect defect)
{
	if (defect >= DEFECT_16_TIMES)
		return 0;
	return defect == DEFECT_FREQUENCY ? FAKE_TSC_KHZ + 20000 : FAKE_TSC_KHZ;
}

void fake_probe_by(struct fake_kvm *kvm, const struct ring0 *ring0, bool hidden, struct report *report)
{
	struct recorded cpu;

	fake_reset(kvm);
	kvm->tsc = UINT64_C(5000000000);
	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	if (!hidden) {
		recorded_kvm(&cpu, 0x40000000, 0x40000010, kvm->features, kvm->hints);
		recorded_set(&cpu, 0x40000010, timing_khz(kvm->defect), 0, 0, 0);
	}
	if (kvm->is_tdx) {
		cpu.leaves[0].regs.eax = 0x21;
		recorded_set(&cpu, 0x21, 0, 0x65746e49, 0x20202020, 0x5844546c);
	}
	if (kvm->tsc_adjust != 0)
		recorded_set(&cpu, 7, 0, 1 << 1, 0, 0);
	if (kvm->sev_status != 0) {
		recorded_set(&cpu, 0x80000000, 0x8000001f, 0, 0, 0);
		recorded_set(&cpu, 0x8000001f, 0x1a, 0, 0, 0);
	}
	*report = (struct report){ 0 };
	recorded_examine(&cpu, report, &(struct recorded_probe){ run_probe, (void *)ring0 });
}

void fake_probe(struct fake_kvm *kvm, bool hidden, struct report *report)
{
	struct ring0 ring0 = fake_ring0(kvm);

	fake_probe_by(kvm, &ring0, hidden, report);
}

const struct probe_result *fake_result(const struct report *report, uint8_t bit)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].reg == KVM_EAX && kvm_features[i].bit == bit)
			return &report->probe.results[i];
	g_assert_not_reached();
}

void fake_assert_msrs(const struct fake_kvm *kvm, const struct report *report)
{
	for (int i = 0; i < FAKE_MSRS && kvm->msrs[i].msr != 0; i++) {
		if (kvm->msrs[i].msr == KVM_MSR_WALL_CLOCK && report->probe.page_stays)
			g_assert_cmphex(kvm->msrs[i].value - (uint64_t)(uintptr_t)kvm->page, <, PROBE_PAGE_SIZE);
		else
			g_assert_cmphex(kvm->msrs[i].value, ==, kvm->msrs[i].msr == KVM_MSR_POLL_CONTROL);
	}
}

void fake_probe_cleanly(struct fake_kvm *kvm, bool hidden, struct report *report)
{
	fake_probe(kvm, hidden, report);
	fake_assert_left(kvm);
	fake_assert_msrs(kvm, report);
	g_assert_cmpuint(report->probe.step_count, <, PROBE_STEPS_MAX);
}

void fake_assert_outcome(const struct report *report, uint8_t bit, enum probe_outcome outcome, enum probe_why why)
{
	const struct probe_result *result = fake_result(report, bit);

	g_assert_cmpstr(probe_outcome_name(result->outcome), ==, probe_outcome_name(outcome));
	g_assert_cmpstr(probe_why_words(result->why), ==, probe_why_words(why));
}
