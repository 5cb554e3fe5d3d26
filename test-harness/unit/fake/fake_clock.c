/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/fake_clock.h"

#include <glib.h>
#include <string.h>

uint64_t fake_scale(const struct fake_clock *clock, uint64_t ticks)
{
	uint64_t shifted = clock->shift < 0 ? ticks >> (-clock->shift & 63) : ticks << (clock->shift & 63);

	return (uint64_t)(((unsigned __int128)shifted * clock->multiplier) >> 32);
}

static uint64_t *msr_slot(struct fake_clock *clock, uint32_t msr)
{
	switch (msr) {
	case 0x11:
	case 0x12:
		return &clock->msrs[msr - 0x11];
	case 0x4b564d00:
	case 0x4b564d01:
		return &clock->msrs[2 + msr - 0x4b564d00];
	default:
		g_assert_not_reached();
	}
}

void fake_publish(struct fake_clock *clock, uint8_t *area)
{
	bool is_same = clock->has_master && clock->readings > 0;
	uint64_t tsc = is_same ? clock->last_tsc : clock->tsc;
	uint64_t passed = fake_scale(clock, tsc - clock->last_tsc);
	uint64_t time = clock->last_time + passed;
	uint32_t version = 2 * ++clock->readings;

	g_assert_cmpuint(clock->readings, <, FAKE_READINGS_MAX);
	if (clock->stands_odd || (clock->odd_from != 0 && clock->readings >= clock->odd_from))
		version++;
	if (clock->has_error[clock->readings])
		time += (uint64_t)clock->sign * (PROBE_CLOCK_TOLERANCE_NS + (passed >> 10) + (uint64_t)clock->beyond);
	clock->last_tsc = tsc;
	clock->last_time = time;
	memcpy(area, &version, 4);
	memcpy(area + 8, &tsc, 8);
	memcpy(area + 16, &time, 8);
	memcpy(area + 24, &clock->multiplier, 4);
	area[28] = (uint8_t)clock->shift;
	area[29] = clock->flags;
}

void fake_publish_wall(const struct fake_clock *clock, uint8_t *area)
{
	memcpy(area, &clock->wall_version, 4);
	memcpy(area + 4, &clock->wall_seconds, 4);
	memcpy(area + 8, &clock->wall_nanoseconds, 4);
}

static bool has_msr(const struct fake_clock *clock, uint32_t msr)
{
	return clock->only == 0 || clock->only == msr;
}

static enum fault read_msr(void *context, uint32_t msr, uint64_t *ret)
{
	struct fake_clock *clock = context;

	if (clock->refuses_read || !has_msr(clock, msr))
		return FAULT_GP;
	*ret = *msr_slot(clock, msr);
	if (clock->misreads && *ret != FAKE_OLD)
		*ret ^= 0x40;
	return FAULT_NONE;
}

static enum fault write_msr(void *context, uint32_t msr, uint64_t value)
{
	struct fake_clock *clock = context;
	uint64_t page = (uint64_t)(uintptr_t)clock->page;
	bool is_wall = msr == 0x11 || msr == FAKE_WALL_MSR;

	if (clock->refuses_write || !has_msr(clock, msr) || (is_wall && clock->refuses_wall))
		return FAULT_GP;
	/* The host writes 12 bytes at any address that the wall clock's MSR is given, on some hosts even at 0. */
	if (is_wall)
		g_assert_cmphex(value - page, <=, PROBE_PAGE_SIZE - 12);
	*msr_slot(clock, msr) = value;
	clock->tsc += clock->write_ticks;
	if (clock->stands_empty || value - page >= PROBE_PAGE_SIZE)
		return FAULT_NONE;
	if (is_wall)
		fake_publish_wall(clock, clock->page + (value - page));
	else if (value & 1)
		fake_publish(clock, clock->page + ((value & ~UINT64_C(1)) - page));
	return FAULT_NONE;
}

static uint64_t tsc(void *context)
{
	struct fake_clock *clock = context;

	return clock->tsc += clock->tsc_step;
}

static bool delay(void *context, uint32_t microseconds)
{
	struct fake_clock *clock = context;

	uint64_t ticks = clock->delay_ticks;

	if (ticks == 0)
		ticks = (uint64_t)microseconds * clock->real_khz / 1000;
	clock->tsc += clock->delays++ < clock->preempted_delays ? 100 * ticks : ticks;
	if (clock->stopped_from == 0 || clock->delays - clock->stopped_from >= clock->stopped_delays)
		return true;
	clock->tsc += clock->real_khz * UINT64_C(1000);
	clock->pm_lost += clock->real_khz * UINT64_C(1000);
	return true;
}

/* What the reading of the PM timer costs that is about to be done. */
static uint64_t pm_cost(const struct fake_clock *clock)
{
	uint64_t cost = clock->pm_ticks;

	if (clock->pm_reads < clock->pm_slow_until)
		return 1000 * cost;
	for (unsigned i = 0; clock->pm_grows != 0 && i < clock->pm_reads % clock->pm_grows; i++)
		cost += cost / 8;
	return cost;
}

/* 3579545 Hz of real time. */
static uint32_t pm_timer(void *context)
{
	struct fake_clock *clock = context;
	uint64_t ns;

	clock->tsc += pm_cost(clock);
	clock->pm_reads++;
	if (clock->pm_stands_still)
		return UINT32_MAX;
	ns = clock->real_khz == 0
		     ? fake_scale(clock, clock->tsc)
		     : (uint64_t)((unsigned __int128)(clock->tsc - clock->pm_lost) * 1000000 / clock->real_khz);
	return (uint32_t)((unsigned __int128)ns * 3579545 / 1000000000) &
	       (clock->pm_bits == 24 ? 0xffffff : UINT32_MAX);
}

/* The firmware's clock is firmware_ahead seconds ahead of this host's. */
static bool firmware_time(void *context, uint64_t *ret)
{
	const struct fake_clock *clock = context;
	uint64_t now = clock->last_time + fake_scale(clock, clock->tsc - clock->last_tsc);

	*ret = clock->wall_seconds + now / 1000000000 + (uint64_t)clock->firmware_ahead;
	return clock->has_time;
}

void fake_clock_init(struct fake_clock *clock)
{
	memset(clock, 0, sizeof(*clock));
	clock->tsc = clock->last_tsc = UINT64_C(5000000000);
	clock->delay_ticks = 500000;
	clock->write_ticks = 1000;
	clock->multiplier = 0x80000000;
	clock->shift = 1;
	clock->wall_version = 2;
	clock->wall_seconds = 1790000000;
	clock->sign = 1;
	clock->has_time = true;
	clock->pm_bits = 32;
	for (size_t i = 0; i < G_N_ELEMENTS(clock->msrs); i++)
		clock->msrs[i] = FAKE_OLD;
}

static struct ring0 ring0_of(struct fake_clock *clock)
{
	return (struct ring0){ .read_msr = read_msr,
		.write_msr = write_msr,
		.tsc = tsc,
		.delay = delay,
		.time = firmware_time,
		.context = clock,
		.page = clock->no_page ? NULL : clock->page,
		.page_address = (uint64_t)(uintptr_t)clock->page,
		.pm_timer = pm_timer,
		.pm_timer_bits = clock->pm_bits };
}

struct answer fake_clock_probe(struct fake_clock *clock, bool stable_alone)
{
	uint64_t in_page = (uint64_t)(uintptr_t)clock->page + WALL_CLOCK_OFFSET;
	struct ring0 ring0 = ring0_of(clock);
	struct probe_session session = { .ring0 = &ring0, .report = &clock->report, .probe = &clock->probe };
	struct answer answer = stable_alone ? probe_CLOCKSOURCE_STABLE_BIT(&session) : probe_CLOCKSOURCE2(&session);

	g_assert_cmphex(clock->msrs[3], ==, FAKE_OLD);
	g_assert_cmphex(clock->msrs[1], ==, FAKE_OLD);
	/* The page must stay if and only if the host was told of an address in it for good. */
	g_assert_cmphex(clock->msrs[2], ==, clock->probe.page_stays ? in_page : FAKE_OLD);
	return answer;
}

struct answer fake_clock_watch(struct fake_clock *clock)
{
	struct ring0 ring0 = ring0_of(clock);
	struct probe_session session = { .ring0 = &ring0, .report = &clock->report, .probe = &clock->probe };
	struct clock ignored;

	g_assert_cmpint(write_msr(clock, FAKE_CLOCK_MSR, ring0.page_address | 1), ==, FAULT_NONE);
	return clock_watch(&session, FAKE_CLOCK_MSR, &ignored);
}

void assert_answer(struct answer answer, enum probe_outcome outcome, enum probe_why why)
{
	g_assert_cmpstr(probe_outcome_name(answer.outcome), ==, probe_outcome_name(outcome));
	g_assert_cmpstr(probe_why_words(answer.why), ==, probe_why_words(why));
}