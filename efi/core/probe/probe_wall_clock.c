/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/probe/probe_clock.h"

enum { NS_PER_S = 1000000000 };

/* Linux arch/x86/include/asm/pvclock-abi.h */
struct wall_clock {
	uint32_t version, seconds, nanoseconds;
};

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

bool time_agrees(const struct probe_session *session, uint64_t seconds)
{
	const struct ring0 *ring0 = session->ring0;
	uint64_t firmware, off;

	if (!ring0->time(ring0->context, &firmware))
		return true;
	off = seconds > firmware ? seconds - firmware : firmware - seconds;
	return off <= PROBE_WALL_CLOCK_TOLERANCE_S;
}

/*
 * The wall clock is the time at which the clock was 0: their sum is the time now. A host may give its guest's firmware
 * any time, so that a disagreement is reported as a reason and not as a contradiction.
 */
static bool agrees(const struct probe_session *session, const struct wall_clock *wall, const struct clock *clock)
{
	const struct ring0 *ring0 = session->ring0;

	return time_agrees(session, wall->seconds + divide(clock_at(clock, ring0->tsc(ring0->context)), NS_PER_S));
}

/* Another hypervisor that offers KVM's interface. */
static bool is_interface(const struct report *report)
{
	for (size_t i = 0; i < report->block_count; i++)
		if (report->blocks[i].kvm_interface)
			return true;
	return report->foreign_machine;
}

/*
 * The MSR has no enable bit: whatever is written to it is the address at which the host writes 12 bytes at once. So
 * there is no value by which it could be switched off again:
 *
 * - 0 is no address for KVM (kvm_write_wall_clock() in Linux arch/x86/kvm/x86.c), but it is one for VirtualBox
 *   (gimR3KvmEnableWallClock() in VirtualBox src/VBox/VMM/VMMR3/GIMKvm.cpp), which then writes at the guest's address
 * 0.
 * - What the MSR held before may be an address in memory that belongs to somebody else by now.
 * - KVM keeps the address, and fills the area there again when the VMM writes the MSR: QEMU does so in a VM that it has
 *   migrated or restored (kvm_put_msrs() in QEMU target/i386/kvm/kvm.c). So that memory must not become anybody else's.
 *
 * Hence nothing but an address in the shared page is ever written, and that page is not given back (page_stays). The
 * reset of the machine clears the MSR. Where the hypervisor is not KVM itself, the wall clock is not tried at all.
 */
struct answer wall_clock(struct probe_session *session, uint32_t msr, const struct clock *clock)
{
	volatile uint8_t *area;
	struct wall_clock wall;
	struct answer answer = WORKS;

	if (is_interface(session->report)) {
		answer.why = WHY_WALL_UNTRIED;
		return answer;
	}
	area = probe_shared_area(session, WALL_CLOCK_OFFSET, sizeof(wall));
	if (!step_write_page_msr(session, msr, WALL_CLOCK_OFFSET, 0))
		return REFUSED;
	session->probe->page_stays = true;
	if (!clock_area_read(area, &wall, sizeof(wall)))
		answer = WRONG_BY(VERSION);
	else if (wall.seconds == 0 || wall.nanoseconds >= NS_PER_S)
		answer = WRONG_BY(NOT_FILLED);
	else if (!agrees(session, &wall, clock))
		answer.why = WHY_WALL_CLOCK;
	return answer;
}
