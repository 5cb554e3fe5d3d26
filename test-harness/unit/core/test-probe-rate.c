/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kvmclock's speed against another clock: ACPI's PM timer of 3.579545 MHz (ACPI specification, 4.8.3.3), the TSC's
 * frequency by leaf 0x15 (Intel SDM volume 2A), Stall(), which waits at least as long as it is told (UEFI
 * specification, 7.5). The host is KVM with a master clock: it publishes the same snapshot each time.
 */
#include "unit/fake/fake_clock.h"

enum { GHZ = 1000000 }; /* in kHz */

/* A TSC of really so many kHz, and a clock whose scale is right for 1 GHz. */
static void clock_init(struct fake_clock *clock, uint32_t real_khz)
{
	fake_clock_init(clock);
	clock->has_master = true;
	clock->delay_ticks = 0;
	clock->real_khz = real_khz;
	clock->pm_bits = 24;
	clock->pm_ticks = real_khz / 50; /* 20 us for each reading */
	clock->flags = 1;
}

static enum clock_reference reference_of(const struct fake_clock *clock)
{
	for (size_t i = 0; i < clock->probe.step_count; i++)
		if (clock->probe.steps[i].kind == STEP_REFERENCE)
			return (enum clock_reference)clock->probe.steps[i].value;
	return CLOCK_REFERENCES;
}

/* In thousandths of what the clock believes; a TSC that is really faster makes the clock run too fast. */
static const struct {
	uint32_t speed;
	enum probe_why by_pm_timer, by_stall;
} speeds[] = {
	{ 16000, WHY_FAST, WHY_FAST }, { 2000, WHY_FAST, WHY_FAST }, { 1300, WHY_FAST, WHY_FAST },
	{ 1200, WHY_FAST, WHY_NONE },
	{ 1100, WHY_NONE, WHY_NONE }, /* a host that sets its clock right may be 10 % off */
	{ 1000, WHY_NONE, WHY_NONE }, { 900, WHY_NONE, WHY_NONE }, { 800, WHY_SLOW, WHY_SLOW },
	{ 510, WHY_SLOW, WHY_SLOW }, { 62, WHY_STANDS_STILL, WHY_STANDS_STILL }, /* 1/16 */
};

static void assert_speed(struct fake_clock *clock, enum probe_why why, enum clock_reference reference)
{
	assert_answer(fake_clock_probe(clock, false), why == WHY_NONE ? PROBE_WORKS : PROBE_WRONG, why);
	if (why != WHY_STANDS_STILL)
		g_assert_cmpint(reference_of(clock), ==, reference);
}

static void test_speeds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(speeds); i++) {
		struct fake_clock clock;

		g_test_message("%u/1000", speeds[i].speed);
		for (uint8_t bits = 24; bits <= 32; bits += 8) {
			clock_init(&clock, GHZ / 1000 * speeds[i].speed);
			clock.pm_bits = bits;
			assert_speed(&clock, speeds[i].by_pm_timer, REFERENCE_PM_TIMER);
		}
		clock_init(&clock, GHZ / 1000 * speeds[i].speed);
		clock.pm_bits = 0;
		assert_speed(&clock, speeds[i].by_stall, REFERENCE_STALL);
		/* A port that nothing answers reads as ones: it is no clock. */
		clock_init(&clock, GHZ / 1000 * speeds[i].speed);
		clock.pm_stands_still = true;
		assert_speed(&clock, speeds[i].by_stall, REFERENCE_STALL);
	}
}

/* A multiplier that is wrong is as bad as a wrong shift, with and without a master clock. */
static void test_multiplier(void)
{
	static const struct {
		uint32_t multiplier;
		enum probe_why why;
	} rows[] = { { 0x80000000, WHY_NONE }, { 0xffffffff, WHY_FAST }, { 0x9c000000, WHY_FAST },
		{ 0x50000000, WHY_SLOW } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (int has_master = 0; has_master < 2; has_master++) {
			struct fake_clock clock;

			clock_init(&clock, GHZ);
			clock.multiplier = rows[i].multiplier;
			clock.has_master = has_master;
			assert_speed(&clock, rows[i].why, REFERENCE_PM_TIMER);
		}
	}
}

/* Delays and readings that last long, because another guest has the CPU, say nothing against the clock. */
static void test_preempted(void)
{
	for (unsigned count = 1; count <= 64; count *= 2) {
		struct fake_clock clock;

		g_test_message("%u", count);
		clock_init(&clock, GHZ);
		clock.preempted_delays = MIN(count, 4);
		assert_speed(&clock, WHY_NONE, REFERENCE_PM_TIMER);
		clock_init(&clock, GHZ);
		clock.pm_slow_until = count; /* 20 ms each */
		assert_speed(&clock, WHY_NONE, REFERENCE_PM_TIMER);
		/* Nor do they excuse a wrong clock. */
		clock_init(&clock, 2 * GHZ);
		clock.preempted_delays = MIN(count, 4);
		assert_speed(&clock, WHY_FAST, REFERENCE_PM_TIMER);
		clock_init(&clock, 2 * GHZ);
		clock.pm_slow_until = count;
		assert_speed(&clock, WHY_FAST, REFERENCE_PM_TIMER);
		clock_init(&clock, GHZ);
		clock.pm_bits = 0;
		clock.preempted_delays = MIN(count, 4);
		assert_speed(&clock, WHY_NONE, REFERENCE_STALL);
	}
}

/* A VM that is stopped and continued just then shows a wrong time twice at most; a clock that is wrong, each time. */
static void test_stopped(void)
{
	for (unsigned delays = 1; delays <= 3; delays++) {
		struct fake_clock clock;

		g_test_message("%u", delays);
		clock_init(&clock, GHZ);
		clock.pm_ticks = 1;
		clock.stopped_from = 2; /* the first delay is clock_watch()'s */
		clock.stopped_delays = delays;
		assert_speed(&clock, delays < 3 ? WHY_NONE : WHY_FAST, REFERENCE_PM_TIMER);
	}
}

/*
 * A PM timer that takes 1 ms to read, as under nested KVM; 150 ms, so that it overflows meanwhile; and longer each
 * time, so that it tells nothing.
 */
static void test_slow_readings(void)
{
	struct fake_clock clock;

	clock_init(&clock, GHZ);
	clock.pm_ticks = GHZ;
	assert_speed(&clock, WHY_NONE, REFERENCE_PM_TIMER);
	clock_init(&clock, 2 * GHZ);
	clock.pm_ticks = 2 * GHZ;
	assert_speed(&clock, WHY_FAST, REFERENCE_PM_TIMER);
	clock_init(&clock, GHZ / 2 + 10000);
	clock.pm_ticks = GHZ;
	assert_speed(&clock, WHY_SLOW, REFERENCE_PM_TIMER);
	clock_init(&clock, GHZ);
	clock.pm_ticks = 150 * GHZ;
	assert_speed(&clock, WHY_NONE, REFERENCE_PM_TIMER);
	clock_init(&clock, 2 * GHZ);
	clock.pm_ticks = 300 * GHZ;
	assert_speed(&clock, WHY_FAST, REFERENCE_PM_TIMER);
	clock_init(&clock, GHZ);
	clock.pm_bits = 32;
	clock.pm_ticks = 5 * GHZ;
	clock.pm_grows = 44; /* one measurement */
	assert_answer(fake_clock_probe(&clock, false), PROBE_UNTESTED, WHY_NO_REFERENCE);
	g_assert_cmphex(clock.msrs[2], ==, FAKE_OLD);
}

/* Without a PM timer: a leaf with the TSC's frequency. One that does not agree is checked by Stall(). */
static void test_tsc_leaf(void)
{
	static const struct {
		struct cpuid_regs regs;
		enum clock_reference reference;
	} rows[] = {
		{ { 3, 125, 24000000, 0 }, REFERENCE_TSC },
		{ { 2, 80, 25000000, 0 }, REFERENCE_TSC },
		{ { 1, 1, 1000000000, 0 }, REFERENCE_TSC },
		{ { 2, 84, 25000000, 0 }, REFERENCE_STALL },
		{ { 1, 80, 25000000, 0 }, REFERENCE_STALL },
		{ { 2, 80, 0, 0 }, REFERENCE_STALL }, /* the crystal's frequency is not said */
		{ { 0, 80, 25000000, 0 }, REFERENCE_STALL },
		{ { 2, 0, 25000000, 0 }, REFERENCE_STALL },
		{ { 2, UINT32_MAX, UINT32_MAX, 0 }, REFERENCE_STALL },
		{ { 1, UINT32_MAX, UINT32_MAX, 0 }, REFERENCE_STALL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_clock clock;

		g_test_message("row %zu", i);
		clock_init(&clock, GHZ);
		clock.pm_bits = 0;
		clock.report.leaves[0] = (struct leaf){ .leaf = 0x15, .regs = rows[i].regs };
		clock.report.leaf_count = 1;
		assert_speed(&clock, WHY_NONE, rows[i].reference);
		/* A clock that is wrong is not saved by a leaf that is wrong too. */
		clock_init(&clock, 2 * GHZ);
		clock.pm_bits = 0;
		clock.multiplier = 0xffffffff;
		clock.report.leaves[0] = (struct leaf){ .leaf = 0x15, .regs = rows[i].regs };
		clock.report.leaf_count = 1;
		assert_speed(&clock, WHY_FAST, REFERENCE_STALL);
	}
}

/* KVM's own leaf base+0x10 was compared before, so it can only agree. */
static void test_timing_leaf(void)
{
	struct fake_clock clock;

	clock_init(&clock, GHZ);
	clock.pm_bits = 0;
	clock.report.kvm.has_timing = true;
	clock.report.kvm.tsc_khz = GHZ;
	assert_speed(&clock, WHY_NONE, REFERENCE_TSC);
	clock_init(&clock, GHZ);
	clock.pm_bits = 0;
	clock.report.kvm.has_timing = true;
	assert_speed(&clock, WHY_NONE, REFERENCE_STALL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-rate/speeds", test_speeds);
	g_test_add_func("/probe-rate/multiplier", test_multiplier);
	g_test_add_func("/probe-rate/preempted", test_preempted);
	g_test_add_func("/probe-rate/stopped", test_stopped);
	g_test_add_func("/probe-rate/slow-readings", test_slow_readings);
	g_test_add_func("/probe-rate/tsc-leaf", test_tsc_leaf);
	g_test_add_func("/probe-rate/timing-leaf", test_timing_leaf);
	return g_test_run();
}
