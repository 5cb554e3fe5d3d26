/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Used only inside core/probe: kvmclock. In a shared area the host publishes how a guest turns values of the TSC into
 * nanoseconds; in another one, at what time of day that clock was 0.
 */
#ifndef KVMLEAF_CORE_PROBE_PROBE_CLOCK_H
#define KVMLEAF_CORE_PROBE_PROBE_CLOCK_H

#include "core/probe/probe_steps.h"

enum {
	CLOCK_OFFSET = 0,      /* of the clock in the shared page */
	WALL_CLOCK_OFFSET = 64 /* of the wall clock in the shared page */
};

/* Linux arch/x86/include/asm/pvclock-abi.h, little-endian. version is odd while the host writes. */
struct clock {
	uint32_t version, padding;
	uint64_t tsc_timestamp, system_time; /* ns */
	uint32_t multiplier;                 /* units of 2^-32 ns for each shifted TSC tick */
	int8_t shift;
	uint8_t flags;
	uint8_t padding2[2];
};
_Static_assert(sizeof(struct clock) == 32, "pvclock_vcpu_time_info is 32 bytes");

/* Copies an area; true if the host did not write meanwhile: the version was even, and the same before and after. */
bool clock_area_read(const volatile uint8_t *area, void *copy, uint32_t size);
/* The clock's nanoseconds when the TSC has this value. */
uint64_t clock_at(const struct clock *clock, uint64_t tsc);
/* How the clock's speed compares with a TSC of so many kHz: 0 where they agree within 1 %, else 1 or -1. */
int clock_against_khz(const struct clock *clock, uint32_t khz);

/* Whether so many seconds since 1970 agree with the firmware's clock (PROBE_WALL_CLOCK_TOLERANCE_S), if there is one.
 */
bool time_agrees(const struct probe_session *session, uint64_t seconds);

/*
 * Each of these works on a clock that is enabled through the MSR. clock_watch(): what the host publishes can be used,
 * advances, and agrees with what it publishes later; fills *ret_clock. clock_rate() (probe_clock_rate.c): it runs as
 * fast as another clock. wall_clock() (probe_wall_clock.c): the time of day.
 */
struct answer clock_watch(struct probe_session *session, uint32_t msr, struct clock *ret_clock);
struct answer clock_rate(struct probe_session *session, const struct clock *clock);
struct answer wall_clock(struct probe_session *session, uint32_t msr, const struct clock *clock);

#endif
