/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_clock.h"

enum {
	CLOCK_ENABLED = 1,    /* bit 0 of the MSR */
	CLOCK_TSC_STABLE = 1, /* PVCLOCK_TSC_STABLE_BIT of flags */
	READ_TRIES = 1000,    /* a version is odd only while the host copies 32 bytes */
	SHIFT_MAX = 31,       /* larger than any that a real TSC frequency needs */
};

bool clock_area_read(const volatile uint8_t *area, void *copy, uint32_t size)
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

uint64_t clock_at(const struct clock *clock, uint64_t tsc)
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

int clock_against_khz(const struct clock *clock, uint32_t khz)
{
	/* A millisecond has khz ticks: the multiplier and the shift must make a million nanoseconds of them. */
	const uint64_t expected = UINT64_C(1000000) << 32;
	const uint64_t tolerance = expected / 100 * PROBE_FREQUENCY_TOLERANCE;
	uint64_t scaled = (uint64_t)khz * clock->multiplier;

	if (clock->shift > 0 && scaled >> (64 - clock->shift) != 0)
		return 1;
	scaled = clock->shift >= 0 ? scaled << clock->shift : scaled >> -clock->shift;
	if (scaled > expected + tolerance)
		return 1;
	return scaled < expected - tolerance ? -1 : 0;
}

/* WORKS for a consistent copy of a clock whose scale can be used. */
static struct answer read_clock(const volatile uint8_t *area, struct clock *clock)
{
	if (!clock_area_read(area, clock, sizeof(*clock)))
		return WRONG_BY(VERSION);
	if (clock->version == 0)
		return WRONG_BY(NOT_FILLED);
	if (clock->multiplier == 0 || clock->shift > SHIFT_MAX || clock->shift < -SHIFT_MAX)
		return WRONG_BY(SCALE);
	return WORKS;
}

/*
 * Writing the MSR makes the host publish its clock again. That reading is compared with what the one before, in clock,
 * predicts for the same TSC. Where KVM has a master clock it publishes the same snapshot again, and they agree in any
 * case (see clock_rate()); where it has none, it publishes a new one.
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

struct answer clock_watch(struct probe_session *session, uint32_t msr, struct clock *ret_clock)
{
	const struct ring0 *ring0 = session->ring0;
	const volatile uint8_t *area = ring0->page + CLOCK_OFFSET;
	struct answer answer = read_clock(area, ret_clock);
	uint64_t start, end;

	if (answer.outcome != PROBE_WORKS)
		return answer;
	step_note(session, STEP_FLAGS, ret_clock->flags);
	step_note(session, STEP_MULTIPLIER, ret_clock->multiplier);
	step_note(session, STEP_SHIFT, (uint64_t)ret_clock->shift);
	start = clock_at(ret_clock, ring0->tsc(ring0->context));
	if (!ring0->delay(ring0->context, PROBE_CLOCK_US))
		return UNTESTED_BY(NO_TIMER);
	end = clock_at(ret_clock, ring0->tsc(ring0->context));
	if (end - start < PROBE_CLOCK_US * UINT64_C(1000) / 2 || end < start)
		return WRONG_BY(STANDS_STILL);
	answer = WRONG_BY(DRIFTS);
	for (int i = 0; i < PROBE_CLOCK_TRIES && answer.why == WHY_DRIFTS; i++)
		answer = compare_readings(session, area, msr, ret_clock);
	return answer;
}

static struct answer test_enabled_clock(struct probe_session *session, uint32_t clock_msr, uint32_t wall_msr)
{
	const struct kvm *kvm = &session->report->kvm;
	struct clock clock;
	struct answer answer;

	if (!step_page_msr_holds(session, clock_msr, CLOCK_OFFSET, CLOCK_ENABLED))
		return WRONG_BY(READ_BACK);
	answer = clock_watch(session, clock_msr, &clock);
	if (answer.outcome != PROBE_WORKS)
		return answer;
	if (kvm->has_timing && kvm->tsc_khz != 0 && clock_against_khz(&clock, kvm->tsc_khz) != 0)
		return WRONG_BY(FREQUENCY);
	answer = clock_rate(session, &clock);
	return answer.outcome == PROBE_WORKS ? wall_clock(session, wall_msr, &clock) : answer;
}

static struct answer probe_clock(struct probe_session *session, uint32_t clock_msr, uint32_t wall_msr)
{
	struct answer answer;
	uint64_t old;

	if (!step_read_msr(session, clock_msr, &old))
		return REFUSED;
	if (!probe_can_share(session, &answer))
		return answer;
	(void)probe_shared_area(session, CLOCK_OFFSET, sizeof(struct clock));
	if (!step_write_page_msr(session, clock_msr, CLOCK_OFFSET, CLOCK_ENABLED))
		return REFUSED;
	answer = test_enabled_clock(session, clock_msr, wall_msr);
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
		if (!clock_area_read(area, &clock, sizeof(clock)))
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
	struct answer why_not;

	if (!probe_can_share(session, &why_not))
		return false;
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
