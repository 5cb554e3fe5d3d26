/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A KVM to probe on the host, written from Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst and what
 * arch/x86/kvm/x86.c refuses; with one defect at a time, each of which the probe must name.
 */
#ifndef KVMLEAF_UNIT_FAKE_FAKE_KVM_H
#define KVMLEAF_UNIT_FAKE_FAKE_KVM_H

#include <glib.h>
#include <string.h>

#include "core/leaves/discover.h"
#include "core/judge/judge.h"
#include "kvmleaf/kvm_abi.h"
#include "core/probe/probe.h"
#include "unit/fake/recorded.h"

enum defect {
	DEFECT_NONE,
	DEFECT_READ_BACK,     /* an MSR reads other than written */
	DEFECT_RESERVED,      /* reserved bits are taken */
	DEFECT_NOT_FILLED,    /* areas stay empty */
	DEFECT_ODD_VERSION,   /* ... or odd */
	DEFECT_NO_SCALE,      /* multiplier 0 */
	DEFECT_LATER_SHIFT,   /* the host's next reading has one that no 64-bit number can be shifted by */
	DEFECT_STOPPED,       /* the clock does not advance with the TSC */
	DEFECT_DRIFT,         /* the host's next reading is 1 ms off */
	DEFECT_WALL_CLOCK,    /* in the year 2100 */
	DEFECT_PREEMPTED,     /* a flush that was asked for is not done */
	DEFECT_DEAF,          /* no interrupt arrives */
	DEFECT_COUNT,         /* an IPI counts for two */
	DEFECT_ERROR,         /* hypercalls answer -22 */
	DEFECT_WIDE_ERROR,    /* ... the lowest 64-bit number */
	DEFECT_MSRS_REFUSED,  /* advertised MSRs take #GP */
	DEFECT_CALLS_REFUSED, /* advertised hypercalls return -1000 */
	DEFECT_FREQUENCY,     /* the clock runs at another rate than the timing leaf says, by 2 % */
};

/* What one MSR or one hypercall does instead. */
struct fake_override {
	bool set;
	uint32_t number;
	enum fault fault;
	int64_t value; /* left behind even where it faults */
};

enum { FAKE_OVERRIDES = 4, FAKE_MSRS = 16, FAKE_TIME = 1790000000, FAKE_TSC_KHZ = 1000000 };

struct fake_kvm {
	uint32_t features; /* the guest's EAX */
	uint32_t hints;    /* its EDX */
	bool enforces, is_kvm, is_tdx;
	bool ignores_msrs;   /* kvm.ignore_msrs=1 */
	bool held;           /* interrupts */
	uint64_t sev_status; /* MSR 0xc0010131 */
	unsigned calls, msrs_touched, msrs_written;
	struct fake_override answers[FAKE_OVERRIDES], reads[FAKE_OVERRIDES], writes[FAKE_OVERRIDES];
	enum defect defect;
	struct {
		uint32_t msr;
		uint64_t value;
	} msrs[FAKE_MSRS];
	_Alignas(4096) uint8_t page[PROBE_PAGE_SIZE];
	uint64_t tsc; /* 1 GHz: ticks are nanoseconds */
	uint8_t vector;
	uint32_t interrupts, echoes; /* echoes: heard besides */
	unsigned listening;          /* listen() without heard() */
	bool listens_elsewhere;      /* on another vCPU */
	unsigned waits;              /* heard() that waited in vain */
	uint64_t acknowledged;       /* written to ASYNC_PF_ACK, in sum */
	bool no_listener, no_page;
	bool maps_ranges; /* KVM_CAP_EXIT_HYPERCALL */
};

static inline const struct fake_override *fake_find(const struct fake_override *overrides, uint64_t number)
{
	for (int i = 0; i < FAKE_OVERRIDES; i++)
		if (overrides[i].set && overrides[i].number == number)
			return &overrides[i];
	return NULL;
}

static inline uint64_t *fake_msr(struct fake_kvm *kvm, uint32_t msr)
{
	if (msr == KVM_MSR_WALL_CLOCK_NEW)
		msr = KVM_MSR_WALL_CLOCK;
	if (msr == KVM_MSR_SYSTEM_TIME_NEW)
		msr = KVM_MSR_SYSTEM_TIME;
	for (int i = 0; i < FAKE_MSRS; i++) {
		if (kvm->msrs[i].msr != msr && kvm->msrs[i].msr != 0)
			continue;
		kvm->msrs[i].msr = msr;
		return &kvm->msrs[i].value;
	}
	g_assert_not_reached();
}

static inline bool fake_gate(const struct fake_kvm *kvm, uint8_t bit)
{
	bool advertised = (kvm->features >> bit) & 1;

	return kvm->is_kvm && (advertised || !kvm->enforces);
}

static inline bool fake_has_msr(const struct fake_kvm *kvm, uint32_t msr)
{
	for (size_t i = 0; i < kvm_msr_count; i++)
		if (kvm_msrs[i].number == msr)
			return msr != KVM_MSR_MIGRATION_CONTROL && kvm->defect != DEFECT_MSRS_REFUSED &&
			       fake_gate(kvm, kvm_msrs[i].feature_bit);
	return false;
}

static inline enum fault fake_read_msr(void *context, uint32_t msr, uint64_t *ret)
{
	struct fake_kvm *kvm = context;
	const struct fake_override *override = fake_find(kvm->reads, msr);

	if (msr == 0xc0010131) {
		*ret = kvm->sev_status;
		return FAULT_NONE;
	}
	kvm->msrs_touched++;
	*ret = override != NULL ? (uint64_t) override->value : 0;
	if (override != NULL)
		return override->fault;
	if (!fake_has_msr(kvm, msr))
		return kvm->ignores_msrs ? FAULT_NONE : FAULT_GP;
	*ret = *fake_msr(kvm, msr);
	if (kvm->defect == DEFECT_READ_BACK && *ret > 1)
		*ret ^= 0x100;
	return FAULT_NONE;
}

static inline void put32(struct fake_kvm *kvm, size_t offset, uint32_t value)
{
	memcpy(kvm->page + offset, &value, sizeof(value));
}

static inline void put64(struct fake_kvm *kvm, size_t offset, uint64_t value)
{
	memcpy(kvm->page + offset, &value, sizeof(value));
}

static inline void fake_clock(struct fake_kvm *kvm, size_t offset, unsigned reading)
{
	bool is_later = *(const uint32_t *)(const void *)(kvm->page + offset) != 0;

	put32(kvm, offset, kvm->defect == DEFECT_ODD_VERSION ? 3 : 2 * reading);
	put64(kvm, offset + 8, kvm->tsc);
	put64(kvm, offset + 16, kvm->tsc + (kvm->defect == DEFECT_DRIFT ? reading * 1000000 : 0));
	/* Two ticks shifted by one, half of which are nanoseconds. */
	put32(kvm, offset + 24, kvm->defect == DEFECT_NO_SCALE ? 0 : kvm->defect == DEFECT_STOPPED ? 1 : 0x80000000);
	kvm->page[offset + 28] = kvm->defect == DEFECT_LATER_SHIFT && is_later ? 0x80 : 1;
	kvm->page[offset + 29] = 1;
}

static inline void fake_fill(struct fake_kvm *kvm, uint32_t msr, uint64_t value)
{
	size_t offset = (value & (PROBE_PAGE_SIZE - 1)) & ~UINT64_C(3);
	static unsigned reading;

	if (kvm->defect == DEFECT_NOT_FILLED)
		return;
	switch (msr) {
	case KVM_MSR_SYSTEM_TIME:
	case KVM_MSR_SYSTEM_TIME_NEW:
		if (value & 1)
			fake_clock(kvm, offset, ++reading);
		break;
	case KVM_MSR_WALL_CLOCK:
	case KVM_MSR_WALL_CLOCK_NEW:
		if (value == 0)
			break;
		put32(kvm, offset, 2);
		put32(kvm, offset + 4,
			kvm->defect == DEFECT_WALL_CLOCK ? 4102444800 : FAKE_TIME - (uint32_t)(kvm->tsc / 1000000000));
		break;
	case KVM_MSR_STEAL_TIME:
		if (!(value & 1))
			break;
		put32(kvm, (offset & ~UINT64_C(63)) + 8, kvm->defect == DEFECT_ODD_VERSION ? 3 : 2);
		/* KVM_VCPU_FLUSH_TLB is what a guest may ask for there */
		g_assert_cmphex(kvm->page[(offset & ~UINT64_C(63)) + 16] & ~2, ==, 0);
		if (kvm->defect != DEFECT_PREEMPTED)
			kvm->page[(offset & ~UINT64_C(63)) + 16] = 0;
		break;
	case KVM_MSR_ASYNC_PF_EN: /* "page ready" for all */
		if ((value & 9) == 9 && *fake_msr(kvm, KVM_MSR_ASYNC_PF_INT) == kvm->vector &&
			kvm->defect != DEFECT_DEAF && !kvm->listens_elsewhere)
			kvm->interrupts++;
		break;
	default:
		break;
	}
}

static inline bool fake_accepts(const struct fake_kvm *kvm, uint32_t msr, uint64_t value)
{
	if (kvm->defect == DEFECT_RESERVED)
		return true;
	switch (msr) {
	case KVM_MSR_ASYNC_PF_EN:
		return (value & 0x30) == 0 && (!(value & 4) || fake_gate(kvm, KVM_BIT_ASYNC_PF_VMEXIT)) &&
		       (!(value & 8) || fake_gate(kvm, KVM_BIT_ASYNC_PF_INT));
	case KVM_MSR_STEAL_TIME:
		return (value & 0x3e) == 0;
	case KVM_MSR_PV_EOI_EN:
		return (value & 2) == 0;
	case KVM_MSR_POLL_CONTROL:
		return value <= 1;
	case KVM_MSR_ASYNC_PF_INT:
		return value <= 0xff;
	default:
		return true;
	}
}

static inline enum fault fake_write_msr(void *context, uint32_t msr, uint64_t value)
{
	struct fake_kvm *kvm = context;

	kvm->tsc += 1000;
	kvm->msrs_touched++;
	kvm->msrs_written++;
	if (fake_find(kvm->writes, msr) != NULL)
		return fake_find(kvm->writes, msr)->fault;
	if (!fake_has_msr(kvm, msr))
		return kvm->ignores_msrs ? FAULT_NONE : FAULT_GP;
	if (!fake_accepts(kvm, msr, value))
		return FAULT_GP;
	/* KVM before Linux 5.8 would interrupt by a #PF here. */
	if (msr == KVM_MSR_ASYNC_PF_EN && (value & 9) == 1)
		g_assert_true(kvm->held);
	*fake_msr(kvm, msr) = msr == KVM_MSR_ASYNC_PF_ACK ? 0 : value;
	kvm->acknowledged += msr == KVM_MSR_ASYNC_PF_ACK ? value : 0;
	fake_fill(kvm, msr, value);
	return FAULT_NONE;
}

static inline int64_t fake_send_ipi(struct fake_kvm *kvm, const uint64_t arguments[5])
{
	if (arguments[1] == 0 && arguments[2] == 0) /* an empty map: sent to nobody */
		return 0;
	g_assert_cmpuint(arguments[1], ==, 1); /* one target */
	g_assert_cmpuint(arguments[2], ==, 0);
	g_assert_cmpuint(arguments[3], ==, 7); /* the listener's APIC id */
	g_assert_true(kvm->listens_elsewhere);
	if (kvm->defect != DEFECT_DEAF && arguments[4] == kvm->vector)
		kvm->interrupts++;
	return kvm->defect == DEFECT_COUNT ? 2 : 1;
}

/* The targets are APIC ids: this vCPU's, which is 3, and in the register that the call's documentation names. */
static inline int64_t fake_call(struct fake_kvm *kvm, const uint64_t arguments[5])
{
	switch (arguments[0]) {
	case KVM_CALL_KICK_CPU:
		g_assert_cmpuint(arguments[1], ==, 0); /* flags */
		g_assert_cmpuint(arguments[2], ==, 3);
		return 0;
	case KVM_CALL_SEND_IPI:
		return fake_send_ipi(kvm, arguments);
	case KVM_CALL_SCHED_YIELD:
		g_assert_cmpuint(arguments[1], ==, 3);
		return 0;
	case KVM_CALL_MAP_GPA_RANGE: /* an address that is a page's would be handed over */
		g_assert_cmpuint(arguments[1] % 4096, !=, 0);
		return kvm->maps_ranges ? -22 : -1000;
	default: /* MMU_OP is gone */
		return -1000;
	}
}

static inline enum fault fake_hypercall(void *context, const uint64_t arguments[5], int64_t *ret)
{
	struct fake_kvm *kvm = context;
	const struct fake_override *override = fake_find(kvm->answers, arguments[0]);

	kvm->calls++;
	if (override != NULL) {
		*ret = override->value;
		return override->fault;
	}
	if (!kvm->is_kvm)
		return FAULT_UD;
	*ret = -1000;
	if (arguments[0] == 1)
		*ret = 0;
	for (size_t i = 0; i < kvm_hypercall_count; i++) {
		if (kvm_hypercalls[i].number != arguments[0] || !fake_gate(kvm, kvm_hypercalls[i].feature_bit) ||
			kvm->defect == DEFECT_CALLS_REFUSED)
			continue;
		*ret = kvm->defect == DEFECT_ERROR        ? -22
		       : kvm->defect == DEFECT_WIDE_ERROR ? INT64_MIN
							  : fake_call(kvm, arguments);
	}
	return FAULT_NONE;
}

#endif
