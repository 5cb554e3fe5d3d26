/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forecast against Linux's own conditions, which are written down here once more, function by function of
 * arch/x86/kernel/kvm.c and kvmclock.c, for every combination of what they look at.
 */
#include "core/forecast/forecast.h"
#include "core/forecast/forecast_facts.h"
#include "unit/core/guests.h"

/* kvmclock_init: registers kvm-clock where there is one of the two features. */
static bool linux_has_kvmclock(unsigned guest)
{
	return has(guest, CLOCK_NEW) || has(guest, CLOCK_OLD);
}

/* kvm_setup_vsyscall_timeinfo; the tsc clocksource is read in the vDSO in any case. */
static bool linux_reads_in_vdso(unsigned guest)
{
	return linux_has_kvmclock(guest) && (has(guest, TSC) || has(guest, STABLE));
}

/* kvm_spinlock_init: "PV spinlocks enabled". */
static bool linux_has_spinlocks(unsigned guest)
{
	return has(guest, UNHALT) && !has(guest, HINT) && has(guest, SMP);
}

/* pv_tlb_flush_supported and pv_sched_yield_supported differ in the first feature alone. */
static bool linux_sees_preemption(unsigned guest)
{
	return !has(guest, HINT) && has(guest, STEAL) && !has(guest, MWAIT) && has(guest, SMP);
}

static bool linux_flushes(unsigned guest)
{
	return has(guest, TLB) && linux_sees_preemption(guest);
}

static bool linux_yields(unsigned guest)
{
	return has(guest, YIELD) && linux_sees_preemption(guest);
}

/* pv_ipi_supported. */
static bool linux_sends_ipis(unsigned guest)
{
	return has(guest, IPI) && has(guest, SMP);
}

/* kvm_guest_cpu_init looks at bit 14 alone. */
static bool linux_has_async_faults(unsigned guest)
{
	return has(guest, PF_INT);
}

static bool linux_has_eoi(unsigned guest)
{
	return has(guest, EOI);
}

/* haltpoll_want and arch_haltpoll_enable. */
static bool linux_controls_polling(unsigned guest)
{
	return has(guest, POLL) && has(guest, HINT);
}

/* kvm_guest_init: has_steal_clock. */
static bool linux_has_steal(unsigned guest)
{
	return has(guest, STEAL);
}

static const struct oracle {
	enum forecast_topic topic;
	int feature; /* of the guest, that the topic is about; VARIED where it is none of these alone */
	bool (*is_used)(unsigned guest);
} oracles[] = {
	{ FORECAST_TOPIC_CLOCK, VARIED, linux_has_kvmclock },
	{ FORECAST_TOPIC_TSC_RATE, VARIED, linux_has_kvmclock },
	{ FORECAST_TOPIC_CLOCK_READ, VARIED, linux_reads_in_vdso },
	{ FORECAST_TOPIC_SPINLOCKS, UNHALT, linux_has_spinlocks },
	{ FORECAST_TOPIC_TLB_FLUSH, TLB, linux_flushes },
	{ FORECAST_TOPIC_IPI, IPI, linux_sends_ipis },
	{ FORECAST_TOPIC_YIELD, YIELD, linux_yields },
	{ FORECAST_TOPIC_ASYNC_FAULTS, VARIED, linux_has_async_faults },
	{ FORECAST_TOPIC_EOI, EOI, linux_has_eoi },
	{ FORECAST_TOPIC_HALT_POLLING, POLL, linux_controls_polling },
	{ FORECAST_TOPIC_STEAL_TIME, STEAL, linux_has_steal },
};

static void assert_oracle(const struct oracle *oracle, unsigned guest, uint64_t facts)
{
	const struct forecast_row *row = forecast_of(oracle->topic, facts);
	const char *name = forecast_topic_name(oracle->topic);

	if (oracle->is_used(guest) != (row != NULL && row->state == FORECAST_USED))
		g_error("guest 0x%x, %s: Linux %s it", guest, name, oracle->is_used(guest) ? "uses" : "does not use");
	if (row != NULL && row->state == FORECAST_UNSAID)
		g_error("guest 0x%x, %s: everything is known", guest, name);
	if (row == NULL || oracle->feature == VARIED || row->state == FORECAST_USED)
		return;
	if ((row->state == FORECAST_UNUSED) != has(guest, oracle->feature))
		g_error("guest 0x%x, %s: wrongly said to be %s", guest, name,
			forecast_state_name((enum forecast_state)row->state));
}

static void test_conditions(void)
{
	for (unsigned guest = 0; guest < GUESTS; guest++) {
		struct report report;
		uint64_t facts;

		make_guest(guest, &report);
		facts = forecast_facts(&report);
		for (size_t i = 0; i < G_N_ELEMENTS(oracles); i++)
			assert_oracle(&oracles[i], guest, facts);
	}
}

/* With what a row's fix gives, Linux does what the row says that it does not: the next row has no such fix. */
static void test_fixes(void)
{
	for (unsigned guest = 0; guest < GUESTS; guest++) {
		struct report report;
		uint64_t facts;

		make_guest(guest, &report);
		facts = forecast_facts(&report);
		for (int topic = 0; topic < FORECAST_TOPICS; topic++) {
			const struct forecast_row *row = forecast_of((enum forecast_topic)topic, facts);
			struct kvm_fix fix;

			if (row == NULL || row->fix == KVM_FIX_NONE || row->fix == KVM_FIX_MWAIT)
				continue;
			fix = kvm_fix((enum kvm_fix_row)row->fix);
			g_assert_nonnull(fix.feature);
			g_assert_cmphex(report.kvm.eax & 1U << fix.feature->bit, ==, 0);
			report.kvm.eax |= 1U << fix.feature->bit;
			g_assert_true(forecast_of((enum forecast_topic)topic, forecast_facts(&report)) != row);
			report.kvm.eax &= ~(1U << fix.feature->bit);
		}
	}
}

/* Whether the rule applies to what it needs, together with some of what other rules of its topic lack. */
static bool is_reached(const struct forecast_row *row)
{
	const uint64_t others[] = { UINT64_C(1) << FORECAST_FACT_KNOWS_LEAVES, UINT64_C(1) << FORECAST_FACT_SMP,
		UINT64_C(1) << KVM_BIT_STEAL_TIME };

	for (unsigned set = 0; set < 1 << G_N_ELEMENTS(others); set++) {
		uint64_t facts = row->needs;

		for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
			facts |= (set >> i) & 1 ? others[i] : 0;
		if (forecast_of((enum forecast_topic)row->topic, facts) == row)
			return true;
	}
	return false;
}

/* Each rule applies to some guest: it is not hidden behind an earlier one. */
static void test_every_rule(void)
{
	for (size_t i = 0; i < forecast_rule_count; i++) {
		const struct forecast_row *row = &forecast_rules[i];

		if (!is_reached(row))
			g_error("rule %zu is never reached: %s", i, row->says);
		if (i > 0)
			g_assert_cmpint(row->topic, >=, forecast_rules[i - 1].topic);
		g_assert_cmphex(row->needs & row->lacks, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/forecast/conditions", test_conditions);
	g_test_add_func("/forecast/fixes", test_fixes);
	g_test_add_func("/forecast/every-rule", test_every_rule);
	return g_test_run();
}
