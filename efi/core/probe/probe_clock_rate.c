/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does kvmclock run at the right speed? What the host publishes cannot tell. Where KVM has a master clock, it writes
 * the same snapshot of it at each write of the MSR (kvm_guest_time_update() in Linux arch/x86/kvm/x86.c), so that a
 * wrong multiplier agrees with itself for ever. So the time that passes by kvmclock is bounded from below and from
 * above by a clock that does not come from it:
 *
 * 1. ACPI's PM timer, which runs at 3.579545 MHz (ACPI specification, 4.8.3.3). It is read between two readings of the
 *    TSC, so that it is known to have had its value somewhere in between. A vCPU that is preempted there, or that needs
 *    long to read it, makes the bounds wider and never wrong.
 * 2. Without a PM timer, the frequency of the TSC by leaf 0x15 or KVM's leaf base+0x10, if kvmclock agrees with it. If
 *    it does not, the leaf may be that of another CPU, and the third clock decides.
 * 3. The firmware's Stall(), which waits at least as long as it is told (UEFI specification, 7.5). Preemption makes it
 *    longer, so that the shortest of several counts.
 */
#include "core/leaves/tsc.h"
#include "core/probe/probe_clock.h"

enum {
	LOOKS = 4, /* readings of the PM timer, of which the one with the narrowest bounds is taken */
	/*
	 * A host that sets its own clock right may run it faster or slower by up to a tenth, and the PM timer with it
	 * (Linux kernel/time/timekeeping.c: timekeeping_validate_timex() accepts a tick that is 10 % off). 1/8 is
	 * allowed.
	 */
	TOLERANCE_SHIFT = 3,
	TOLERANCE_NS = 1000, /* beside that: three ticks of the PM timer */
	/* The bounds must be within 1/16 of each other, or the wait is doubled. */
	PRECISION_SHIFT = 4,
	WAIT_MAX_US = 256000, /* the last wait; each one before was half as long */
	TRIES = 3,            /* a VM that is stopped and continued just then may show any time once */
	STALL_FIRST_US = 4000,
	STALL_LAST_US = 64000,
	STALL_TOLERANCE_SHIFT = 2, /* the shortest Stall() may be longer by this part of what was asked */
};

enum rate { RATE_UNCLEAR, RATE_AGREES, RATE_FAST, RATE_SLOW, RATE_NO_CLOCK };

/* A value of the PM timer, and the TSC before and after it was read. */
struct look {
	uint64_t before, after;
	uint32_t ticks;
};

static struct look look_at_pm_timer(const struct ring0 *ring0)
{
	struct look best = { 0, UINT64_MAX, 0 }, look;

	for (int i = 0; i < LOOKS; i++) {
		look.before = ring0->tsc(ring0->context);
		look.ticks = ring0->pm_timer(ring0->context);
		look.after = ring0->tsc(ring0->context);
		if (look.after - look.before < best.after - best.before)
			best = look;
	}
	return best;
}

/* By kvmclock at least and at most so many nanoseconds have passed, by the other clock ns. */
static enum rate compare(uint64_t least, uint64_t most, uint64_t ns)
{
	uint64_t tolerance = (ns >> TOLERANCE_SHIFT) + TOLERANCE_NS;

	if (least > ns + tolerance)
		return RATE_FAST;
	if (most + tolerance < ns)
		return RATE_SLOW;
	return most - least <= least >> PRECISION_SHIFT ? RATE_AGREES : RATE_UNCLEAR;
}

/* A timer of 24 bits overflows after 4.7 s, so the ticks of each wait are added up. */
static enum rate rate_by_pm_timer(const struct ring0 *ring0, const struct clock *clock)
{
	const uint32_t mask = ring0->pm_timer_bits == 32 ? UINT32_MAX : (UINT32_C(1) << ring0->pm_timer_bits) - 1;
	struct look start = look_at_pm_timer(ring0), end = start;
	enum rate rate = RATE_UNCLEAR;
	uint64_t ticks = 0;

	for (uint32_t us = PROBE_CLOCK_US; us <= WAIT_MAX_US && rate == RATE_UNCLEAR; us *= 2) {
		uint32_t before = end.ticks;

		ring0->delay(ring0->context, us);
		end = look_at_pm_timer(ring0);
		if (end.ticks == before) /* a port that nothing answers reads as ones */
			return RATE_NO_CLOCK;
		ticks += (end.ticks - before) & mask;
		/* 10^9 / 3579545 ns a tick, in units of 2^-20 ns */
		rate = compare(clock_at(clock, end.before) - clock_at(clock, start.after),
			clock_at(clock, end.after) - clock_at(clock, start.before), (ticks * 292935555) >> 20);
	}
	return rate;
}

/* Whether a leaf gives the frequency of the TSC, and kvmclock agrees with it. */
static bool agrees_with_tsc(const struct report *report, const struct clock *clock)
{
	uint32_t khz = report->kvm.has_timing ? report->kvm.tsc_khz : 0;

	if (khz == 0)
		khz = tsc_decode(report).khz;
	return khz != 0 && clock_against_khz(clock, khz) == 0;
}

static enum rate rate_by_stall(const struct ring0 *ring0, const struct clock *clock)
{
	for (uint32_t us = STALL_FIRST_US; us <= STALL_LAST_US; us *= 2) {
		uint64_t start = clock_at(clock, ring0->tsc(ring0->context));
		uint64_t ns = us * UINT64_C(1000), passed;

		ring0->delay(ring0->context, us);
		passed = clock_at(clock, ring0->tsc(ring0->context)) - start;
		if (passed < ns - (ns >> TOLERANCE_SHIFT))
			return RATE_SLOW;
		if (passed <= ns + (ns >> STALL_TOLERANCE_SHIFT))
			return RATE_AGREES;
	}
	return RATE_FAST;
}

static enum rate measure(const struct probe_session *session, const struct clock *clock, enum clock_reference *ret)
{
	const struct ring0 *ring0 = session->ring0;
	enum rate rate = RATE_NO_CLOCK;

	*ret = REFERENCE_PM_TIMER;
	if (ring0->pm_timer_bits != 0)
		rate = rate_by_pm_timer(ring0, clock);
	if (rate != RATE_NO_CLOCK)
		return rate;
	*ret = REFERENCE_TSC;
	if (agrees_with_tsc(session->report, clock))
		return RATE_AGREES;
	*ret = REFERENCE_STALL;
	return rate_by_stall(ring0, clock);
}

struct answer clock_rate(struct probe_session *session, const struct clock *clock)
{
	enum rate rate = RATE_UNCLEAR;
	enum clock_reference reference;

	for (int i = 0; i < TRIES && rate != RATE_AGREES; i++)
		rate = measure(session, clock, &reference);
	step_note(session, STEP_REFERENCE, reference);
	switch (rate) {
	case RATE_FAST:
		return WRONG_BY(FAST);
	case RATE_SLOW:
		return WRONG_BY(SLOW);
	case RATE_AGREES:
		return WORKS;
	default:
		return UNTESTED_BY(NO_REFERENCE);
	}
}
