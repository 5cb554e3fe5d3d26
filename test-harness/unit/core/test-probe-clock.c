/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe's arithmetic on kvmclock, at the limits of what a host may publish, compared with 128-bit arithmetic. */
#include "unit/fake/fake_clock.h"

/* Clocks without a fault. ticks: by how much the TSC advances between two readings. */
static const struct {
	uint64_t tsc, time, ticks;
	uint32_t multiplier;
	int8_t shift;
} clocks[] = {
	/* 1 GHz, 2.5 GHz and 25 MHz as KVM's kvm_get_time_scale gives them */
	{ 5000000000, 0, 500000, 0x80000000, 1 },
	{ 5000000000, 0, 1250000, 0xcccccccc, -1 },
	{ 5000000000, 0, 12500, 0xa0000000, 6 },
	/* the first reading at the smallest and at the largest time */
	{ 0, 0, 500000, 0x80000000, 1 },
	{ UINT64_MAX - 1000, 0, 500000, 0x80000000, 1 }, /* the TSC overflows */
	{ 5000000000, INT64_MAX, 500000, 0x80000000, 1 },
	{ 5000000000, UINT64_MAX - 1000000000000, 500000, 0x80000000, 1 },
	/* products of more than 64 bits, where both halves matter */
	{ 5000000000, 0, UINT64_C(1) << 32, 0xffffffff, 0 },
	{ 5000000000, 0, (UINT64_C(1) << 32) - 1, 0xffffffff, 0 },
	{ 5000000000, 0, (UINT64_C(3) << 31) - 1, 0xffffffff, 0 },
	{ 5000000000, 0, (UINT64_C(1) << 40) + UINT32_MAX, 0x80000001, 0 },
	{ 5000000000, 0, UINT64_C(1) << 62, 0xffffffff, 0 },
	/* the smallest and largest multiplier and shift */
	{ 5000000000, 0, UINT64_C(1) << 60, 1, 0 },
	{ 5000000000, 0, UINT64_C(1) << 62, 0x80000000, -31 },
	{ 5000000000, 0, (UINT64_C(1) << 63) - 1, 0xffffffff, -31 },
	{ 5000000000, 0, (UINT64_C(1) << 31) - 1, 0xffffffff, 31 },
	{ 5000000000, 0, 4097, 1, 31 }, /* so few nanoseconds that the clock seems to stand still, see advances() */
	{ 5000000000, 0, 5000000, 0x12345678, 5 },
	{ 5000000000, 0, (UINT64_C(1) << 52) + 12345, 0x9abcdef1, -5 },
};

static void set_clock(struct fake_clock *clock, size_t i)
{
	fake_clock_init(clock);
	clock->tsc = clock->last_tsc = clocks[i].tsc;
	clock->last_time = clocks[i].time;
	clock->delay_ticks = clocks[i].ticks;
	clock->write_ticks = 0;
	clock->multiplier = clocks[i].multiplier;
	clock->shift = clocks[i].shift;
}

/* Whether at least half of the 500 us that the probe waits for have passed by this clock. */
static bool advances(const struct fake_clock *clock)
{
	return fake_scale(clock, clock->delay_ticks) >= 250000;
}

static void test_exact(void)
{
	unsigned standing = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
		struct fake_clock clock;

		g_test_message("clock %zu", i);
		set_clock(&clock, i);
		standing += !advances(&clock);
		if (advances(&clock))
			assert_answer(fake_clock_watch(&clock), PROBE_WORKS, WHY_NONE);
		else
			assert_answer(fake_clock_watch(&clock), PROBE_WRONG, WHY_STANDS_STILL);
	}
	g_assert_cmpuint(standing, ==, 1);
}

/* An error of 200 us plus 1/1024 of the time between is tolerated; one nanosecond more, either way, is not. */
static void test_tolerance(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
		for (int way = 0; way < 4; way++) {
			struct fake_clock clock;

			set_clock(&clock, i);
			if (!advances(&clock))
				continue;
			g_test_message("clock %zu, way %d", i, way);
			for (int reading = 2; reading < FAKE_READINGS_MAX; reading++)
				clock.has_error[reading] = true;
			clock.sign = way & 1 ? 1 : -1;
			clock.beyond = way & 2 ? 1 : 0;
			/* An error that would give a time below 0 cannot be made. */
			if (clocks[i].time == 0)
				clock.last_time = 1000000000;
			assert_answer(fake_clock_watch(&clock), way & 2 ? PROBE_WRONG : PROBE_WORKS,
				way & 2 ? WHY_DRIFTS : WHY_NONE);
			g_assert_cmpuint(clock.readings, ==, way & 2 ? 1 + PROBE_CLOCK_TRIES : 2);
		}
	}
}

/* One wrong reading makes two comparisons fail, its own and the next; the third comparison agrees. */
static void test_cut_in_two(void)
{
	for (unsigned bad = 1; bad <= 3; bad++) {
		struct fake_clock clock;

		fake_clock_init(&clock);
		for (unsigned reading = 2; reading < 2 + bad; reading++)
			clock.has_error[reading] = true;
		clock.beyond = 1;
		if (bad < 3)
			assert_answer(fake_clock_probe(&clock, false), PROBE_WORKS, WHY_NONE);
		else
			assert_answer(fake_clock_probe(&clock, false), PROBE_WRONG, WHY_DRIFTS);
		g_assert_cmpuint(clock.readings, ==, bad < 3 ? 2 + bad : 4);
	}
}

static void test_stands_still(void)
{
	static const struct {
		uint64_t step, ticks; /* of the TSC: at each reading of it, and during the wait */
		bool advances;
	} rows[] = { { 0, 250000, true }, { 0, 249999, false }, { 0, 0, false },
		/* a clock that runs backwards */
		{ 1000000, (uint64_t)-1999000, false }, { 1000000, (uint64_t)-1000001, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_clock clock;

		fake_clock_init(&clock);
		clock.tsc_step = rows[i].step;
		clock.delay_ticks = rows[i].ticks;
		assert_answer(fake_clock_probe(&clock, false), rows[i].advances ? PROBE_WORKS : PROBE_WRONG,
			rows[i].advances ? WHY_NONE : WHY_STANDS_STILL);
	}
}

/* A multiplier of 0 and a shift of 32 or more, either way, are wrong. */
static void test_scale(void)
{
	static const struct {
		uint32_t multiplier;
		int8_t shift;
	} rows[] = { { 0, 1 }, { 1, 32 }, { 1, -32 }, { 0x80000000, 64 }, { 0x80000000, -64 }, { 0x80000000, 127 },
		{ 0x80000000, -128 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_clock clock;

		fake_clock_init(&clock);
		clock.multiplier = rows[i].multiplier;
		clock.shift = rows[i].shift;
		assert_answer(fake_clock_probe(&clock, false), PROBE_WRONG, WHY_SCALE);
	}
}

/* The timing leaf's kHz must agree with the clock within 1 %: kHz * multiplier * 2^shift = 10^6 * 2^32. */
static void test_frequency(void)
{
	static const struct {
		uint32_t khz, multiplier;
		int8_t shift;
		bool agrees;
	} rows[] = {
		{ 1000000, 0x80000000, 1, true },
		{ 1010000, 0x80000000, 1, true }, /* the second is 1 % too fast, exactly */
		{ 1010001, 0x80000000, 1, false }, { 990000, 0x80000000, 1, true }, { 989999, 0x80000000, 1, false },
		{ 2500000, 0xcccccccc, -1, true }, { 2525001, 0xcccccccc, -1, false },
		{ 2474999, 0xcccccccc, -1, false }, { 25000, 0xa0000000, 6, true }, { 25000, 0xa0000000, 7, false },
		{ 25000, 0xa0000000, 5, false }, { 1000000, 0xffffffff, 0, true }, { 4000000, 0x40000000, 0, true },
		{ 0xffffffff, 0xffffffff, 0, false },
		/* Without the bits that the shift pushes out of 64, these products would be right. */
		{ 128, 67124489, 31, false }, { 2147983648, 0xffffffff, 1, false }, { 1000000, 0x80000000, 31, false },
		{ 0xffffffff, 0xffffffff, 31, false },
		{ 999999, 0x80000001, 1, true }, /* odd numbers, from which the shift pushes nothing out */
		{ 0, 0x80000000, 1, true },      /* the leaf has no frequency */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fake_clock clock;

		g_test_message("frequency %zu", i);
		fake_clock_init(&clock);
		clock.report.kvm.has_timing = true;
		clock.report.kvm.tsc_khz = rows[i].khz;
		clock.multiplier = rows[i].multiplier;
		clock.shift = rows[i].shift;
		clock.delay_ticks = UINT64_C(1) << 32;
		assert_answer(fake_clock_probe(&clock, false), rows[i].agrees ? PROBE_WORKS : PROBE_WRONG,
			rows[i].agrees ? WHY_NONE : WHY_FREQUENCY);
		/* Without a timing leaf no clock can disagree with it. */
		fake_clock_init(&clock);
		clock.report.kvm.tsc_khz = 1;
		assert_answer(fake_clock_probe(&clock, false), PROBE_WORKS, WHY_NONE);
	}
}

/* The steps have the flags, the multiplier and the signed shift, and no addresses. */
static void test_record(void)
{
	struct fake_clock clock;
	const struct probe_step *steps = clock.probe.steps;

	fake_clock_init(&clock);
	clock.shift = -3;
	clock.multiplier = 0x87654321;
	clock.flags = 0x42;
	clock.delay_ticks = UINT64_C(1) << 32;
	assert_answer(fake_clock_probe(&clock, false), PROBE_WORKS, WHY_NONE);
	g_assert_cmpuint(clock.probe.step_count, ==, 7);
	g_assert_cmpint(steps[0].kind, ==, STEP_READ);
	g_assert_cmphex(steps[0].value, ==, FAKE_OLD);
	g_assert_cmpint(steps[1].kind, ==, STEP_WRITE_PAGE);
	g_assert_cmphex(steps[1].number, ==, FAKE_CLOCK_MSR);
	g_assert_cmphex(steps[1].value, ==, 1);
	g_assert_cmpint(steps[2].kind, ==, STEP_FLAGS);
	g_assert_cmphex(steps[2].value, ==, 0x42);
	g_assert_cmpint(steps[3].kind, ==, STEP_MULTIPLIER);
	g_assert_cmphex(steps[3].value, ==, 0x87654321);
	g_assert_cmpint(steps[4].kind, ==, STEP_SHIFT);
	g_assert_cmpint((int64_t)steps[4].value, ==, -3);
	g_assert_cmpint(steps[5].kind, ==, STEP_REFERENCE);
	g_assert_cmpint(steps[5].value, ==, REFERENCE_PM_TIMER);
	g_assert_cmpint(steps[6].kind, ==, STEP_WRITE_PAGE);
	g_assert_cmphex(steps[6].number, ==, FAKE_WALL_MSR);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-clock/exact", test_exact);
	g_test_add_func("/probe-clock/tolerance", test_tolerance);
	g_test_add_func("/probe-clock/cut-in-two", test_cut_in_two);
	g_test_add_func("/probe-clock/stands-still", test_stands_still);
	g_test_add_func("/probe-clock/scale", test_scale);
	g_test_add_func("/probe-clock/frequency", test_frequency);
	g_test_add_func("/probe-clock/record", test_record);
	return g_test_run();
}
