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
	uint64_t passed = fake_scale(clock, clock->tsc - clock->last_tsc);
	uint64_t time = clock->last_time + passed;
	uint32_t version = 2 * ++clock->readings;

	g_assert_cmpuint(clock->readings, <, FAKE_READINGS_MAX);
	if (clock->stands_odd || (clock->odd_from != 0 && clock->readings >= clock->odd_from))
		version++;
	if (clock->has_error[clock->readings])
		time += (uint64_t)clock->sign * (PROBE_CLOCK_TOLERANCE_NS + (passed >> 10) + (uint64_t)clock->beyond);
	clock->last_tsc = clock->tsc;
	clock->last_time = time;
	memcpy(area, &version, 4);
	memcpy(area + 8, &clock->tsc, 8);
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

	(void)microseconds;
	clock->tsc += clock->delay_ticks;
	return true;
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
	for (size_t i = 0; i < G_N_ELEMENTS(clock->msrs); i++)
		clock->msrs[i] = FAKE_OLD;
}

struct answer fake_clock_probe(struct fake_clock *clock, bool stable_alone)
{
	struct ring0 ring0 = { .read_msr = read_msr,
		.write_msr = write_msr,
		.tsc = tsc,
		.delay = delay,
		.time = firmware_time,
		.context = clock,
		.page = clock->no_page ? NULL : clock->page,
		.page_address = (uint64_t)(uintptr_t)clock->page };
	struct probe_session session = { .ring0 = &ring0, .report = &clock->report, .probe = &clock->probe };
	struct answer answer = stable_alone ? probe_CLOCKSOURCE_STABLE_BIT(&session) : probe_CLOCKSOURCE2(&session);

	/* The MSRs have their old values again, but for the wall clock's, in which 0 may be left. */
	g_assert_cmphex(clock->msrs[3], ==, FAKE_OLD);
	g_assert_cmphex(clock->msrs[1], ==, FAKE_OLD);
	g_assert_true(clock->msrs[2] == FAKE_OLD || clock->msrs[2] == 0);
	return answer;
}

void assert_answer(struct answer answer, enum probe_outcome outcome, enum probe_why why)
{
	g_assert_cmpstr(probe_outcome_name(answer.outcome), ==, probe_outcome_name(outcome));
	g_assert_cmpstr(probe_why_words(answer.why), ==, probe_why_words(why));
}