/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rest of kvmclock, beside its arithmetic: the wall clock's area, versions, refusals, and the flag of a stable TSC.
 * Linux Documentation/virt/kvm/x86/msr.rst: a version is odd while the host writes and 0 before it ever did; the wall
 * clock is the time at which the clock was 0, so that their sum is the time now; flag bit 0 is valid with CPUID's
 * bit 24.
 */
#include "unit/fake/fake_clock.h"

enum { HOURS_16 = 16 * 60 * 60, WAITED = 500000 }; /* WAITED: nanoseconds that pass in the test of the clock before */

static void assert_clock(struct fake_clock *clock, enum probe_outcome outcome, enum probe_why why)
{
	assert_answer(fake_clock_probe(clock, false), outcome, why);
}

/* The limit is exact to the second, ahead and behind, for any clock up to the 584 years that 64 bits can hold. */
static void test_another_time(void)
{
	static const uint64_t times[] = { 0, 999999999, 1000000000, UINT64_C(86400000000000), INT64_MAX,
		UINT64_C(18446744071709551615), UINT64_C(1000000000) - WAITED, UINT64_C(86400000000000) - WAITED,
		UINT64_C(86400000000000) - WAITED - 1 };
	static const struct {
		int64_t ahead;
		enum probe_why why;
	} rows[] = { { 0, WHY_NONE }, { HOURS_16, WHY_NONE }, { -HOURS_16, WHY_NONE }, { HOURS_16 + 1, WHY_WALL_CLOCK },
		{ -HOURS_16 - 1, WHY_WALL_CLOCK } };

	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(rows); k++) {
			struct fake_clock clock;

			fake_clock_init(&clock);
			clock.write_ticks = 0;
			clock.last_time = times[i];
			clock.firmware_ahead = rows[k].ahead;
			assert_clock(&clock, PROBE_WORKS, rows[k].why);
			g_assert_true(clock.probe.page_stays);
			/* Where the firmware has no clock, no wall clock can disagree. */
			fake_clock_init(&clock);
			clock.last_time = times[i];
			clock.firmware_ahead = rows[k].ahead;
			clock.has_time = false;
			assert_clock(&clock, PROBE_WORKS, WHY_NONE);
		}
	}
}

static void test_wall_area(void)
{
	static const struct {
		uint32_t version, seconds, nanoseconds;
		enum probe_outcome outcome;
		enum probe_why why;
	} rows[] = {
		{ 2, 1, 0, PROBE_WORKS, WHY_NONE },
		{ 2, 1790000000, 999999999, PROBE_WORKS, WHY_NONE },
		{ 2, UINT32_MAX, 0, PROBE_WORKS, WHY_NONE },
		{ 2, 1790000000, 1000000000, PROBE_WRONG, WHY_NOT_FILLED },
		{ 2, 1790000000, UINT32_MAX, PROBE_WRONG, WHY_NOT_FILLED },
		{ 2, 0, 5, PROBE_WRONG, WHY_NOT_FILLED },
		{ 1, 1790000000, 0, PROBE_WRONG, WHY_VERSION },
		{ UINT32_MAX, 1790000000, 0, PROBE_WRONG, WHY_VERSION },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_clock clock;

		fake_clock_init(&clock);
		clock.wall_version = rows[i].version;
		clock.wall_seconds = rows[i].seconds;
		clock.wall_nanoseconds = rows[i].nanoseconds;
		assert_clock(&clock, rows[i].outcome, rows[i].why);
		g_assert_true(clock.probe.page_stays);
	}
}

static void test_refusals(void)
{
	struct fake_clock clock;

	fake_clock_init(&clock);
	clock.refuses_read = true;
	assert_clock(&clock, PROBE_REFUSED, WHY_NONE);
	g_assert_cmpuint(clock.readings, ==, 0);
	fake_clock_init(&clock);
	clock.refuses_write = true;
	assert_clock(&clock, PROBE_REFUSED, WHY_NONE);
	fake_clock_init(&clock);
	clock.refuses_wall = true;
	assert_clock(&clock, PROBE_REFUSED, WHY_NONE);
	g_assert_cmphex(clock.msrs[2], ==, FAKE_OLD);
	fake_clock_init(&clock);
	clock.misreads = true;
	assert_clock(&clock, PROBE_WRONG, WHY_READ_BACK);
}

/* A valid clock that was in the page before does not count as the host's. */
static void test_stale_page(void)
{
	struct fake_clock clock;

	fake_clock_init(&clock);
	fake_publish(&clock, clock.page);
	fake_publish_wall(&clock, clock.page + 64);
	clock.stands_empty = true;
	assert_clock(&clock, PROBE_WRONG, WHY_NOT_FILLED);
	fake_clock_init(&clock);
	memset(clock.page, 0xff, sizeof(clock.page));
	assert_clock(&clock, PROBE_WORKS, WHY_NONE);
	for (size_t i = 128; i < PROBE_PAGE_SIZE; i++)
		g_assert_cmphex(clock.page[i], ==, 0xff);
}

static void test_odd(void)
{
	struct fake_clock clock;

	fake_clock_init(&clock);
	clock.stands_odd = true;
	assert_clock(&clock, PROBE_WRONG, WHY_VERSION);
	fake_clock_init(&clock);
	clock.odd_from = 2;
	assert_clock(&clock, PROBE_WRONG, WHY_VERSION);
}

/*
 * VirtualBox writes 12 bytes at whatever address the MSR is given (gimR3KvmEnableWallClock() of its GIMKvm.cpp), so
 * that the MSR of another hypervisor that offers KVM's interface is never written.
 */
static void test_interface(void)
{
	struct fake_clock clock;

	fake_clock_init(&clock);
	clock.report.foreign_machine = true;
	assert_clock(&clock, PROBE_WORKS, WHY_WALL_UNTRIED);
	g_assert_false(clock.probe.page_stays);
	fake_clock_init(&clock);
	clock.report.block_count = 2;
	clock.report.blocks[1].kvm_interface = true;
	assert_clock(&clock, PROBE_WORKS, WHY_WALL_UNTRIED);
	g_assert_cmphex(clock.msrs[2], ==, FAKE_OLD);
}

static void test_stable(void)
{
	static const struct {
		uint8_t flags;
		enum probe_outcome outcome;
		enum probe_why why;
	} rows[] = { { 0x01, PROBE_ACCEPTED, WHY_ONE_VCPU }, { 0xff, PROBE_ACCEPTED, WHY_ONE_VCPU },
		{ 0x00, PROBE_UNTESTED, WHY_UNSTABLE }, { 0xfe, PROBE_UNTESTED, WHY_UNSTABLE } };
	static const uint32_t numbers[] = { 0, 0x12, 0x4b564d01 };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (size_t k = 0; k < G_N_ELEMENTS(numbers); k++) {
			struct fake_clock clock;

			fake_clock_init(&clock);
			clock.flags = rows[i].flags;
			clock.only = numbers[k];
			assert_answer(fake_clock_probe(&clock, true), rows[i].outcome, rows[i].why);
			g_assert_cmpuint(clock.readings, ==, 1); /* by either of the two MSRs */
			g_assert_cmpint(clock.probe.steps[clock.probe.step_count - 1].kind, ==, STEP_FLAGS);
			g_assert_cmphex(clock.probe.steps[clock.probe.step_count - 1].value, ==, rows[i].flags);
		}
	}
}

static void test_stable_without_a_clock(void)
{
	struct fake_clock clock;

	fake_clock_init(&clock);
	clock.refuses_read = true;
	assert_answer(fake_clock_probe(&clock, true), PROBE_UNTESTED, WHY_NEEDS_CLOCK);
	fake_clock_init(&clock);
	clock.refuses_write = true;
	assert_answer(fake_clock_probe(&clock, true), PROBE_UNTESTED, WHY_NEEDS_CLOCK);
	fake_clock_init(&clock);
	clock.stands_odd = true;
	clock.flags = 1;
	assert_answer(fake_clock_probe(&clock, true), PROBE_WRONG, WHY_VERSION);
}

/* With encrypted memory, or without a page, both tests say so, and no address is given to the host. */
static void test_no_page(void)
{
	for (int stable_alone = 0; stable_alone < 2; stable_alone++) {
		struct fake_clock clock;

		fake_clock_init(&clock);
		clock.no_page = true;
		assert_answer(fake_clock_probe(&clock, stable_alone), PROBE_UNTESTED, WHY_NO_PAGE);
		g_assert_cmpuint(clock.readings, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-wall/another-time", test_another_time);
	g_test_add_func("/probe-wall/wall-area", test_wall_area);
	g_test_add_func("/probe-wall/refusals", test_refusals);
	g_test_add_func("/probe-wall/stale-page", test_stale_page);
	g_test_add_func("/probe-wall/odd", test_odd);
	g_test_add_func("/probe-wall/interface", test_interface);
	g_test_add_func("/probe-wall/stable", test_stable);
	g_test_add_func("/probe-wall/stable-without-a-clock", test_stable_without_a_clock);
	g_test_add_func("/probe-wall/no-page", test_no_page);
	return g_test_run();
}
