/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks of the fake KVM. */
#include <glib.h>
#include <string.h>

#include "unit/fake/fake_kvm.h"

static void put32(struct fake_kvm *kvm, size_t offset, uint32_t value)
{
	memcpy(kvm->page + offset, &value, sizeof(value));
}

static void put64(struct fake_kvm *kvm, size_t offset, uint64_t value)
{
	memcpy(kvm->page + offset, &value, sizeof(value));
}

/* Ticks shifted left by shift, times multiplier/2^32; a shift of 1 and 2^31 make a nanosecond of each tick. */
static void put_scale(struct fake_kvm *kvm, size_t offset)
{
	uint32_t multiplier = 0x80000000;
	int8_t shift = 1;

	switch (kvm->defect) {
	case DEFECT_NO_SCALE:
		multiplier = 0;
		break;
	case DEFECT_STOPPED:
		multiplier = 1;
		break;
	case DEFECT_FIFTH_MORE:
		multiplier += multiplier / 5;
		break;
	case DEFECT_FIFTH_LESS:
		multiplier -= multiplier / 5;
		break;
	case DEFECT_16_TIMES:
		shift = 5;
		break;
	case DEFECT_2_TIMES:
		shift = 2;
		break;
	case DEFECT_HALF:
		shift = 0;
		break;
	case DEFECT_SIXTEENTH:
		shift = -3;
		break;
	default:
		break;
	}
	put32(kvm, offset + 24, multiplier);
	kvm->page[offset + 28] = (uint8_t)shift;
}

/*
 * kvm_write_system_time(), kvm_guest_time_update() and kvm_setup_guest_pvclock() of arch/x86/kvm/x86.c. While the boot
 * vCPU uses the MSR's new number and the host's clock is the TSC, there is a master clock: each write publishes the
 * same snapshot, which is a new one only where the vCPU has changed from the old number to the new one. With the old
 * number there is none, and each write publishes what time it is then.
 */
void fake_fill_clock(struct fake_kvm *kvm, size_t offset, bool is_old)
{
	uint32_t version = *(const uint32_t *)(const void *)(kvm->page + offset);
	bool is_later = version != 0;
	uint64_t now;

	if (kvm->snapshot == 0 || kvm->runs_old_clock || (is_old && !kvm->on_other))
		kvm->snapshot = kvm->tsc;
	if (!kvm->on_other)
		kvm->runs_old_clock = is_old;
	version = (version + 1) | 1;
	now = kvm->snapshot + (kvm->defect == DEFECT_DRIFT ? version * UINT64_C(1000000) : 0);
	now += kvm->defect == DEFECT_WARP ? 1000000 : 0;
	put32(kvm, offset, kvm->defect == DEFECT_ODD_VERSION ? version : version + 1);
	put64(kvm, offset + 8, kvm->snapshot);
	put64(kvm, offset + 16, now);
	put_scale(kvm, offset);
	if (kvm->defect == DEFECT_LATER_SHIFT && is_later)
		kvm->page[offset + 28] = 0x80;
	kvm->page[offset + 29] = !kvm->runs_old_clock;
}

/*
 * kvm_write_wall_clock() of arch/x86/kvm/x86.c writes 12 bytes at the address, and nothing where it is 0. Other hosts
 * have no such check (VirtualBox, gimR3KvmEnableWallClock()), so that an address outside the page ends the test.
 */
void fake_fill_wall_clock(struct fake_kvm *kvm, uint64_t address)
{
	uint64_t offset = address - (uint64_t)(uintptr_t)kvm->page;

	g_assert_cmphex(offset, <=, PROBE_PAGE_SIZE - 12);
	if (kvm->defect == DEFECT_NOT_FILLED)
		return;
	put32(kvm, offset, 2);
	put32(kvm, offset + 4,
		kvm->defect == DEFECT_WALL_CLOCK ? 4102444800 : FAKE_TIME - (uint32_t)(kvm->tsc / 1000000000));
}

/*
 * kvm_pv_clock_pairing() of arch/x86/kvm/x86.c: arguments are the address of struct kvm_clock_pairing and the kind of
 * clock, of which there is one, 0. Without a TSC as its clock the host answers -EOPNOTSUPP.
 */
int64_t fake_pair_clocks(struct fake_kvm *kvm, const uint64_t arguments[5])
{
	uint64_t offset = arguments[1] - (uint64_t)(uintptr_t)kvm->page;

	g_assert_cmphex(offset, <=, PROBE_PAGE_SIZE - 64);
	if (kvm->pairing_answer != 0 || arguments[2] != 0)
		return kvm->pairing_answer != 0 ? kvm->pairing_answer : -95;
	put64(kvm, offset, (uint64_t)(FAKE_TIME + kvm->pairing_seconds_off));
	put64(kvm, offset + 8, (uint64_t)(999999999 + kvm->pairing_nanoseconds_off));
	put64(kvm, offset + 16, kvm->tsc + (uint64_t)kvm->pairing_tsc_off);
	for (size_t i = 24; i < 64; i++)
		kvm->page[offset + i] = 0;
	return 0;
}
