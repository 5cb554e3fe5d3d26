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

#include "core/probe/ring0.h"
#include "core/report/report.h"

enum {
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
 * Fills report->probe. Does nothing without a KVM block or a hypervisor bit, unless force is set. If it sets
 * report->probe.page_stays, the shared page must stay allocated until the machine is reset, and of a type that no
 * operating system uses as free memory.
 */
void probe_run(struct report *report, const struct ring0 *ring0, bool force);
/* Whether an advertised bit is not true on some vCPU; with enforced, also whether a masked feature works there. */
bool probe_contradicts(const struct probe *probe, bool enforced);

#endif
