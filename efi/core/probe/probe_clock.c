/* SPDX-License-Identifier: BSD-2-Clause */
/* kvmclock: in a shared area the host publishes how a guest turns TSC values into nanoseconds. */
#include "core/probe/probe_steps.h"

enum {
	CLOCK_OFFSET = 0,     /* of the clock in the shared page */
	WALL_OFFSET = 64,     /* of the wall clock in the shared page */
	CLOCK_ENABLED = 1,    /* bit 0 of the MSR */
	CLOCK_TSC_STABLE = 1, /* PVCLOCK_TSC_STABLE_BIT of flags */
	READ_TRIES = 1000,    /* a version is odd only while the host copies 32 bytes */
	SHIFT_MAX = 31,       /* larger than any that a real TSC frequency needs */
	NS_PER_S = 1000000000,
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

struct wall_clock {
	uint32_t version, seconds, nanoseconds;
};

/* Copies the area; true if the host did not write meanwhile: the version was even, and the same before and after. */
static bool read_area(const volatile uint8_t *area, void *copy, uint32_t size)
{
	const volatile uint32_t *version = (const volatile uint32_t *)area;

	for (int i = 0; i < READ_TRIES; i++) {
		uint32_t before = *version;

		for (uint32_t byte = 0; byte < size; byte++)
			((uint8_t *)copy)[byte] = area[byte];
		if (before % 2 == 0 && *version == before)
			return true;
	}
	return false;
}

static uint64_t clock_at(const struct clock *clock, uint64_t tsc)
{
	uint64_t ticks = tsc - clock->tsc_timestamp;

	if (clock->shift >= 0)
		ticks <<= clock->shift;
	else
		ticks >>= -clock->shift;
	/* (ticks * multiplier) >> 32 without the product's 96 bits */
	return clock->system_time + (ticks >> 32) * clock->multiplier +
	       (((ticks & UINT32_MAX) * clock->multiplier) >> 32);
}

static bool frequency_agrees(const struct clock *clock, const struct kvm *kvm)
{
	/* A millisecond has tsc_khz ticks: the multiplier and the shift must make a million nanoseconds of them. */
	const uint64_t expected = UINT64_C(1000000) << 32;
	uint64_t scaled = (uint64_t)kvm->tsc_khz * clock->multiplier;
	uint64_t off;

	if (!kvm->has_timing || kvm->tsc_khz == 0)
		return true;
	if (clock->shift > 0 && scaled >> (64 - clock->shift) != 0)
		return false;
	scaled = clock->shift >= 0 ? scaled << clock->shift : scaled >> -clock->shift;
	off = scaled > expected ? scaled - expected : expected - scaled;
	return off <= expected / 100 * PROBE_FREQUENCY_TOLERANCE;
}

/* WORKS for a consistent copy of a clock whose scale can be used. */
static struct answer read_clock(const volatile uint8_t *area, struct clock *clock)
{
	if (!read_area(area, clock, sizeof(*clock)))
		return WRONG_BY(VERSION);
	if (clock->version == 0)
		return WRONG_BY(NOT_FILLED);
	if (clock->multiplier == 0 || clock->shift > SHIFT_MAX || clock->shift < -SHIFT_MAX)
		return WRONG_BY(SCALE);
	return WORKS;
}

/*
 * Writing the MSR makes the host publish its clock anew. That second reading of the host is compared with what the
 * first one, in clock, predicts for the same TSC.
 */
static struct answer compare_readings(
	struct probe_session *session, const volatile uint8_t *area, uint32_t msr, struct clock *clock)
{
	struct clock later;
	struct answer answer;
	uint64_t expected, off, between;

	step_restore_page_msr(session, msr, CLOCK_OFFSET, CLOCK_ENABLED);
	answer = read_clock(area, &later);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	expected = clock_at(clock, later.tsc_timestamp);
	off = expected > later.system_time ? expected - later.system_time : later.system_time - expected;
	between = expected > clock->system_time ? expected - clock->system_time : 0;
	*clock = later;
	/* 1/1024 of the time between: a shift, since 32-bit firmware code has no library for 64-bit division */
	return off > PROBE_CLOCK_TOLERANCE_NS + (between >> 10) ? WRONG_BY(DRIFTS) : WORKS;
}

/* The clock must advance with the TSC, and agree with the host's next reading and with the timing leaf. */
static struct answer watch_clock(
	struct probe_session *session, const volatile uint8_t *area, uint32_t msr, struct clock *clock)
{
	const struct ring0 *ring0 = session->ring0;
	struct answer answer = read_clock(area, clock);
	uint64_t start, end;

	if (answer.outcome != PROBE_WORKS)
		return answer;
	step_note(session, STEP_FLAGS, clock->flags);
	step_note(session, STEP_MULTIPLIER, clock->multiplier);
	step_note(session, STEP_SHIFT, (uint64_t)clock->shift);
	start = clock_at(clock, ring0->tsc(ring0->context));
	if (!ring0->delay(ring0->context, PROBE_CLOCK_US))
		return UNTESTED_BY(NO_TIMER);
	end = clock_at(clock, ring0->tsc(ring0->context));
	if (end - start < PROBE_CLOCK_US * UINT64_C(1000) / 2 || end < start)
		return WRONG_BY(STANDS_STILL);
	answer = WRONG_BY(DRIFTS);
	for (int i = 0; i < PROBE_CLOCK_TRIES && answer.why == WHY_DRIFTS; i++)
		answer = compare_readings(session, area, msr, clock);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	return frequency_agrees(clock, &session->report->kvm) ? WORKS : WRONG_BY(FREQUENCY);
}

/* Long division, bit by bit: 32-bit firmware code has no library for 64-bit division. */
static uint64_t divide(uint64_t value, uint32_t by)
{
	uint64_t quotient = 0, rest = 0;

	for (int bit = 63; bit >= 0; bit--) {
		rest = rest << 1 | ((value >> bit) & 1);
		if (rest < by)
			continue;
		rest -= by;
		quotient |= UINT64_C(1) << bit;
	}
	return quotient;
}

/*
 * The wall clock is the time at which the clock was 0: their sum is the time now. A host may give its guest's firmware
 * any time, so that a disagreement is reported as a reason and not as a contradiction.
 */
static bool wall_clock_agrees(
	const struct probe_session *session, const struct wall_clock *wall, const struct clock *clock)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t now = wall->seconds + divide(clock_at(clock, ring0->tsc(ring0->context)), NS_PER_S);
	uint64_t firmware, off;

	if (!ring0->time(ring0->context, &firmware))
		return true;
	off = now > firmware ? now - firmware : firmware - now;
	return off <= PROBE_WALL_CLOCK_TOLERANCE_S;
}

/*
 * The wall clock's MSR has no enable bit: writing any address makes the host write there at once. So 0 is left in it
 * instead of the address that it had before, which may belong to somebody else's memory by now.
 */
static struct answer try_wall_clock(struct probe_session *session, uint32_t msr, const struct clock *clock)
{
	volatile uint8_t *area = probe_shared_area(session, WALL_OFFSET, sizeof(struct wall_clock));
	struct wall_clock wall;
	struct answer answer = WORKS;

	if (!step_write_page_msr(session, msr, WALL_OFFSET, 0))
		return REFUSED;
	if (!read_area(area, &wall, sizeof(wall)))
		answer = WRONG_BY(VERSION);
	else if (wall.seconds == 0 || wall.nanoseconds >= NS_PER_S)
		answer = WRONG_BY(NOT_FILLED);
	else if (!wall_clock_agrees(session, &wall, clock))
		answer.why = WHY_WALL_CLOCK;
	step_restore_msr(session, msr, 0);
	return answer;
}

static struct answer probe_clock(struct probe_session *session, uint32_t clock_msr, uint32_t wall_msr)
{
	volatile uint8_t *area;
	struct clock clock;
	struct answer answer;
	uint64_t old;

	if (!step_read_msr(session, clock_msr, &old))
		return REFUSED;
	if (!probe_can_share(session, &answer))
		return answer;
	area = probe_shared_area(session, CLOCK_OFFSET, sizeof(clock));
	if (!step_write_page_msr(session, clock_msr, CLOCK_OFFSET, CLOCK_ENABLED))
		return REFUSED;
	if (!step_page_msr_holds(session, clock_msr, CLOCK_OFFSET, CLOCK_ENABLED))
		answer = WRONG_BY(READ_BACK);
	else
		answer = watch_clock(session, area, clock_msr, &clock);
	if (answer.outcome == PROBE_WORKS)
		answer = try_wall_clock(session, wall_msr, &clock);
	step_restore_msr(session, clock_msr, old);
	return answer;
}

/* Where the area of a clock's MSR is, after the MSR was written. NULL where that fails. */
static volatile uint8_t *enable_clock(struct probe_session *session, uint32_t msr, uint64_t *ret_old)
{
	volatile uint8_t *area;

	if (!step_read_msr(session, msr, ret_old))
		return NULL;
	area = probe_shared_area(session, CLOCK_OFFSET, sizeof(struct clock));
	return step_write_page_msr(session, msr, CLOCK_OFFSET, CLOCK_ENABLED) ? area : NULL;
}

/*
 * The flag is a promise: what the clocks of several vCPUs show is in one order. It is kept or not on other vCPUs
 * (probe_vcpus.c). Either MSR of the clock will do: the flag is in the area.
 */
struct answer probe_CLOCKSOURCE_STABLE_BIT(struct probe_session *session)
{
	const uint32_t numbers[] = { KVM_MSR_SYSTEM_TIME_NEW, KVM_MSR_SYSTEM_TIME };
	struct answer answer;

	if (!probe_can_share(session, &answer))
		return answer;
	answer = UNTESTED_BY(NEEDS_CLOCK);
	for (size_t i = 0; i < 2 && answer.why == WHY_NEEDS_CLOCK; i++) {
		uint64_t old;
		volatile uint8_t *area = enable_clock(session, numbers[i], &old);
		struct clock clock;

		if (area == NULL)
			continue;
		if (!read_area(area, &clock, sizeof(clock)))
			answer = WRONG_BY(VERSION);
		else
			answer = clock.flags & CLOCK_TSC_STABLE ? ACCEPTED_BY(ONE_VCPU) : UNTESTED_BY(UNSTABLE);
		step_note(session, STEP_FLAGS, clock.flags);
		step_restore_msr(session, numbers[i], old);
	}
	return answer;
}

bool probe_clock_now(struct probe_session *session, uint64_t *ret)
{
	const uint32_t numbers[] = { KVM_MSR_SYSTEM_TIME_NEW, KVM_MSR_SYSTEM_TIME };

	for (size_t i = 0; i < 2; i++) {
		uint64_t old;
		volatile uint8_t *area = enable_clock(session, numbers[i], &old);
		struct clock clock;
		bool good;

		if (area == NULL)
			continue;
		good = read_clock(area, &clock).outcome == PROBE_WORKS && (clock.flags & CLOCK_TSC_STABLE) != 0;
		*ret = good ? clock_at(&clock, session->ring0->tsc(session->ring0->context)) : 0;
		step_restore_msr(session, numbers[i], old);
		return good;
	}
	return false;
}

static struct answer clock_msr(struct probe_session *session, uint32_t msr)
{
	struct answer answer;
	struct clock clock;
	uint64_t old;
	volatile uint8_t *area;

	if (!probe_can_share(session, &answer))
		return answer;
	area = enable_clock(session, msr, &old);
	if (area == NULL)
		return REFUSED;
	answer = step_page_msr_holds(session, msr, CLOCK_OFFSET, CLOCK_ENABLED) ? read_clock(area, &clock)
										: WRONG_BY(READ_BACK);
	step_restore_msr(session, msr, old);
	return answer;
}

struct answer probe_clock_msr(struct probe_session *session)
{
	return clock_msr(session, KVM_MSR_SYSTEM_TIME);
}

struct answer probe_clock_msr_new(struct probe_session *session)
{
	return clock_msr(session, KVM_MSR_SYSTEM_TIME_NEW);
}

struct answer probe_CLOCKSOURCE(struct probe_session *session)
{
	return probe_clock(session, KVM_MSR_SYSTEM_TIME, KVM_MSR_WALL_CLOCK);
}

struct answer probe_CLOCKSOURCE2(struct probe_session *session)
{
	return probe_clock(session, KVM_MSR_SYSTEM_TIME_NEW, KVM_MSR_WALL_CLOCK_NEW);
}
