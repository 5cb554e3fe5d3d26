/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is each advertised feature true, and is each masked one really off? The probe does everything through struct ring0,
 * so that host tests can run the same code against models of a hypervisor.
 *
 * Sources: Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst for what each feature does; arch/x86/kvm/{x86,lapic,
 * cpuid}.c for what KVM refuses and for what does not depend on a feature bit;
 * tools/testing/selftests/kvm/x86/kvm_pv_test.c for what a host that enforces its mask refuses.
 */
#ifndef KVMLEAF_CORE_PROBE_PROBE_H
#define KVMLEAF_CORE_PROBE_PROBE_H

#include "core/report/report.h"

enum {
	PROBE_PAGE_SIZE = 4096, /* bytes */

	/* For how long a clock is watched, in microseconds. */
	PROBE_CLOCK_US = 500,
	/*
	 * How far a reading of the clock may be from where the reading before it puts it, in nanoseconds: nested and
	 * preempted guests read a few microseconds late for each exit. 1/1024 of the time between the readings is added
	 * for a host that slews its clock.
	 */
	PROBE_CLOCK_TOLERANCE_NS = 200000,
	/* How often two readings are compared before the clock counts as wrong: another guest may preempt one. */
	PROBE_CLOCK_TRIES = 3,
	/* How far the clock's rate may be from a frequency that a leaf gives, in per cent. */
	PROBE_FREQUENCY_TOLERANCE = 1,
	/*
	 * How far the wall clock may be from the firmware's clock, in seconds. The latter may be local time, which is
	 * up to 14 hours from UTC; two hours are left for clocks that are set badly.
	 */
	PROBE_WALL_CLOCK_TOLERANCE_S = 16 * 60 * 60,
};

/*
 * What the probe may do. No function here may end the run: where an instruction faults, its fault is returned, and
 * *ret is not set.
 */
struct ring0 {
	enum fault (*read_msr)(void *context, uint32_t msr, uint64_t *ret);
	enum fault (*write_msr)(void *context, uint32_t msr, uint64_t value);
	/* arguments: the call's number, for RAX, then the values for RBX, RCX, RDX and RSI. *ret: RAX afterwards. */
	enum fault (*hypercall)(void *context, const uint64_t arguments[5], int64_t *ret);
	uint64_t (*tsc)(void *context);
	void (*delay)(void *context, uint32_t microseconds);
	/*
	 * true: this vCPU takes no interrupts from now on; false: it takes them again. In between, none of delay, time,
	 * listen and heard is called, since they call the firmware.
	 */
	void (*hold_interrupts)(void *context, bool hold);
	/* Seconds since 1970 by the firmware's clock; false where it has none. */
	bool (*time)(void *context, uint64_t *ret);
	/*
	 * Makes a vCPU count the interrupts of a vector, and returns that vector and the vCPU's APIC id. It is another
	 * vCPU if others is set and there is one, else this vCPU. false where that is impossible.
	 */
	bool (*listen)(void *context, bool others, uint8_t *ret_vector, uint32_t *ret_apic_id);
	/* Ends what listen() began and returns the count. expected: waits first until an interrupt has arrived. */
	uint32_t (*heard)(void *context, bool expected);
	void *context;
	uint8_t *page;         /* PROBE_PAGE_SIZE bytes that are shared with the host; NULL for none */
	uint64_t page_address; /* guest-physical */
	uint32_t apic_id;      /* of this vCPU */
	/* ACPI's PM timer, of which so many bits count: 24 or 32, or 0 where the machine has none. */
	uint32_t (*pm_timer)(void *context);
	uint8_t pm_timer_bits;
	bool page_is_shared; /* the host can read and write the page, though this guest's memory is encrypted */
};

/*
 * Fills report->probe. Does nothing without a KVM block or a hypervisor bit, unless force is set. If it sets
 * report->probe.page_stays, the shared page must stay allocated until the machine is reset, and of a type that no
 * operating system uses as free memory.
 */
void probe_run(struct report *report, const struct ring0 *ring0, bool force);
/* Whether an advertised bit is not true; with enforced, also whether a masked feature works. */
bool probe_contradicts(const struct probe *probe, bool enforced);

#endif
