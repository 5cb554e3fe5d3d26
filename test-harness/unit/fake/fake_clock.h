/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host whose kvmclock may be anything that its 32 bytes can hold. A guest's time is that of Linux
 * arch/x86/include/asm/pvclock.h: system_time + ((TSC - tsc_timestamp) shifted * tsc_to_system_mul) / 2^32, the shift
 * in 64 bits and the product in 128, here by the compiler's own 128-bit arithmetic.
 */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_CLOCK_H
#define KVMLEAF_UNIT_FAKE_FAKE_CLOCK_H

#include <glib.h>
#include <string.h>

#include "core/probe/probe_steps.h"

enum { FAKE_CLOCK_MSR = 0x4b564d01, FAKE_WALL_MSR = 0x4b564d00, FAKE_OLD = 0x000e8c20, FAKE_READINGS_MAX = 8 };

struct fake_clock {
	uint64_t tsc, tsc_step, delay_ticks, write_ticks;
	uint32_t multiplier;
	int8_t shift;
	uint8_t flags;
	uint64_t last_tsc, last_time; /* as published */
	unsigned readings;            /* published */
	/* By how much the reading of that number is beyond what the probe may tolerate, added to the earlier one. */
	bool has_error[FAKE_READINGS_MAX];
	int64_t beyond;
	int sign;
	bool stands_empty, stands_odd, misreads, no_page;
	unsigned odd_from; /* the number of the first reading whose version stays odd; 0 for none */
	uint32_t wall_version, wall_seconds, wall_nanoseconds;
	bool has_time;
	int64_t firmware_ahead; /* seconds */
	bool refuses_read, refuses_write, refuses_wall;
	uint32_t only;    /* the one clock MSR there is; 0 for all */
	uint64_t msrs[4]; /* 0x11, 0x12, 0x4b564d00, 0x4b564d01 */
	_Alignas(4096) uint8_t page[PROBE_PAGE_SIZE];
	struct report report;
	struct probe probe;
};

/* 64 bits and more are no shift; the model takes the low bits of one, and no test may depend on it. */
static inline uint64_t fake_scale(const struct fake_clock *clock, uint64_t ticks)
{
	uint64_t shifted = clock->shift < 0 ? ticks >> (-clock->shift & 63) : ticks << (clock->shift & 63);

	return (uint64_t)(((unsigned __int128)shifted * clock->multiplier) >> 32);
}

static inline uint64_t *fake_clock_slot(struct fake_clock *clock, uint32_t msr)
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

static inline void fake_publish(struct fake_clock *clock, uint8_t *area)
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

static inline void fake_publish_wall(const struct fake_clock *clock, uint8_t *area)
{
	memcpy(area, &clock->wall_version, 4);
	memcpy(area + 4, &clock->wall_seconds, 4);
	memcpy(area + 8, &clock->wall_nanoseconds, 4);
}

static inline bool fake_clock_has(const struct fake_clock *clock, uint32_t msr)
{
	return clock->only == 0 || clock->only == msr;
}

static inline enum fault fake_clock_read(void *context, uint32_t msr, uint64_t *ret)
{
	struct fake_clock *clock = context;

	if (clock->refuses_read || !fake_clock_has(clock, msr))
		return FAULT_GP;
	*ret = *fake_clock_slot(clock, msr);
	if (clock->misreads && *ret != FAKE_OLD)
		*ret ^= 0x40;
	return FAULT_NONE;
}

static inline enum fault fake_clock_write(void *context, uint32_t msr, uint64_t value)
{
	struct fake_clock *clock = context;
	uint64_t page = (uint64_t)(uintptr_t)clock->page;
	bool is_wall = msr == 0x11 || msr == FAKE_WALL_MSR;

	if (clock->refuses_write || !fake_clock_has(clock, msr) || (is_wall && clock->refuses_wall))
		return FAULT_GP;
	*fake_clock_slot(clock, msr) = value;
	clock->tsc += clock->write_ticks;
	if (clock->stands_empty || value - page >= PROBE_PAGE_SIZE)
		return FAULT_NONE;
	if (is_wall)
		fake_publish_wall(clock, clock->page + (value - page));
	else if (value & 1)
		fake_publish(clock, clock->page + ((value & ~UINT64_C(1)) - page));
	return FAULT_NONE;
}

static inline uint64_t fake_clock_tsc(void *context)
{
	struct fake_clock *clock = context;

	return clock->tsc += clock->tsc_step;
}

static inline void fake_clock_delay(void *context, uint32_t microseconds)
{
	struct fake_clock *clock = context;

	(void)microseconds;
	clock->tsc += clock->delay_ticks;
}

/* The firmware's clock agrees with this host's to the second, but for what it is ahead. */
static inline bool fake_clock_time(void *context, uint64_t *ret)
{
	const struct fake_clock *clock = context;
	uint64_t now = clock->last_time + fake_scale(clock, clock->tsc - clock->last_tsc);

	*ret = clock->wall_seconds + now / 1000000000 + (uint64_t)clock->firmware_ahead;
	return clock->has_time;
}

/* 1 GHz, and a wall clock of September 2026. */
static inline void fake_clock_init(struct fake_clock *clock)
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

static inline struct answer fake_clock_probe(struct fake_clock *clock, bool stable_alone)
{
	struct ring0 ring0 = { .read_msr = fake_clock_read,
		.write_msr = fake_clock_write,
		.tsc = fake_clock_tsc,
		.delay = fake_clock_delay,
		.time = fake_clock_time,
		.context = clock,
		.page = clock->no_page ? NULL : clock->page,
		.page_address = (uint64_t)(uintptr_t)clock->page };
	struct probe_session session = { .ring0 = &ring0, .report = &clock->report, .probe = &clock->probe };
	struct answer answer =
		stable_alone ? probe_clock_stable(&session) : probe_clock(&session, FAKE_CLOCK_MSR, FAKE_WALL_MSR);

	/* What an earlier system left in the clock's MSR is there again, as is nothing of ours anywhere. */
	g_assert_cmphex(clock->msrs[3], ==, FAKE_OLD);
	g_assert_cmphex(clock->msrs[1], ==, FAKE_OLD);
	g_assert_true(clock->msrs[2] == FAKE_OLD || clock->msrs[2] == 0);
	return answer;
}

static inline void assert_answer(struct answer answer, enum probe_outcome outcome, enum probe_why why)
{
	g_assert_cmpstr(probe_outcome_name(answer.outcome), ==, probe_outcome_name(outcome));
	g_assert_cmpstr(probe_why_words(answer.why), ==, probe_why_words(why));
}

#endif
