/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host whose kvmclock may be anything that its 32 bytes can hold. The time that a guest reads is that of Linux
 * arch/x86/include/asm/pvclock.h: system_time + ((TSC - tsc_timestamp) shifted * tsc_to_system_mul) / 2^32. The shift
 * is done in 64 bits, and the product has 128, here by the compiler's own 128-bit arithmetic.
 */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_CLOCK_H
#define KVMLEAF_UNIT_FAKE_FAKE_CLOCK_H

#include <glib.h>
#include <string.h>

#include "core/probe/probe_clock.h"

enum { FAKE_CLOCK_MSR = 0x4b564d01, FAKE_WALL_MSR = 0x4b564d00, FAKE_OLD = 0x000e8c20, FAKE_READINGS_MAX = 8 };

struct fake_clock {
	uint64_t tsc, tsc_step, write_ticks;
	uint64_t delay_ticks; /* of each delay; 0: as many as real_khz makes of it */
	/* The TSC's real frequency, whatever the clock's scale says; 0: the scale is right. */
	uint32_t real_khz;
	/*
	 * KVM has a master clock: each write of the MSR publishes the same snapshot (kvm_guest_time_update() of
	 * arch/x86/kvm/x86.c with use_master_clock). Without one each write publishes a new reading.
	 */
	bool has_master;
	/* The PM timer, 0 bits for none; by how much reading it advances the TSC, and from that reading on no more. */
	uint8_t pm_bits;
	bool pm_stands_still;
	unsigned
		pm_grows; /* each reading takes 1/8 longer than the one before; after so many readings it begins anew */
	uint64_t pm_ticks;
	unsigned pm_slow_until, pm_reads;
	unsigned preempted_delays; /* how many of the first delays last a hundred times as long */
	unsigned delays;
	/* In so many delays, from this one on (1 is the first), the VM stands still for a second that only the TSC
	 * counts. */
	unsigned stopped_from, stopped_delays;
	uint64_t pm_lost; /* ticks of the TSC that the PM timer has not seen */
	uint32_t multiplier;
	int8_t shift;
	uint8_t flags;
	uint64_t last_tsc, last_time; /* of the last reading that was published */
	unsigned readings;            /* published so far */
	/*
	 * Whether the reading of that number is wrong: by the probe's tolerance plus beyond nanoseconds, in the
	 * direction of sign.
	 */
	bool has_error[FAKE_READINGS_MAX];
	int64_t beyond;
	int sign;
	bool stands_empty, stands_odd, misreads, no_page;
	unsigned odd_from; /* the first reading whose version stays odd; 0 for none */
	uint32_t wall_version, wall_seconds, wall_nanoseconds;
	bool has_time;
	int64_t firmware_ahead; /* seconds */
	bool refuses_read, refuses_write, refuses_wall;
	uint32_t only;    /* the only MSR that exists; 0 for all */
	uint64_t msrs[4]; /* 0x11, 0x12, 0x4b564d00, 0x4b564d01 */
	_Alignas(4096) uint8_t page[PROBE_PAGE_SIZE];
	struct report report;
	struct probe probe;
};

/* A TSC of 1 GHz, and a wall clock in September 2026. */
void fake_clock_init(struct fake_clock *clock);
/*
 * Runs probe_clock(), or with stable_alone probe_clock_stable(), and checks that the MSRs are as before, but for the
 * wall clock's, which keeps an address in the page.
 */
struct answer fake_clock_probe(struct fake_clock *clock, bool stable_alone);
/* Runs clock_watch() alone, on a clock that was enabled before. */
struct answer fake_clock_watch(struct fake_clock *clock);
/* Nanoseconds of so many ticks. A shift of 64 bits or more is undefined: no test may depend on its result. */
uint64_t fake_scale(const struct fake_clock *clock, uint64_t ticks);
/* Writes a reading of the clock, and the wall clock, into an area. */
void fake_publish(struct fake_clock *clock, uint8_t *area);
void fake_publish_wall(const struct fake_clock *clock, uint8_t *area);

void assert_answer(struct answer answer, enum probe_outcome outcome, enum probe_why why);

#endif
