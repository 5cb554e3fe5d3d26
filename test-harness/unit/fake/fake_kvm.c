/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/fake_kvm.h"

#include <glib.h>
#include <string.h>

static const struct fake_override *find_override(const struct fake_override *overrides, uint64_t number)
{
	for (int i = 0; i < FAKE_OVERRIDES; i++)
		if (overrides[i].set && overrides[i].number == number)
			return &overrides[i];
	return NULL;
}

uint64_t *fake_msr(struct fake_kvm *kvm, uint32_t msr)
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

/*
 * guest_pv_has() of arch/x86/kvm/cpuid.h: a masked feature is refused only if the guest's mask is enforced
 * (KVM_CAP_ENFORCE_PV_FEATURE_CPUID).
 */
static bool is_unlocked(const struct fake_kvm *kvm, uint8_t bit)
{
	bool advertised = (kvm->features >> bit) & 1;

	return kvm->is_kvm && (advertised || !kvm->enforces);
}

static bool has_msr(const struct fake_kvm *kvm, uint32_t msr)
{
	for (size_t i = 0; i < kvm_msr_count; i++)
		if (kvm_msrs[i].number == msr)
			return msr != KVM_MSR_MIGRATION_CONTROL && kvm->defect != DEFECT_MSRS_REFUSED &&
			       is_unlocked(kvm, kvm_msrs[i].feature_bit);
	return false;
}

enum fault fake_read_msr(void *context, uint32_t msr, uint64_t *ret)
{
	struct fake_kvm *kvm = context;
	const struct fake_override *override = find_override(kvm->reads, msr);

	if (msr == 0x3b && kvm->tsc_adjust != 0) {
		*ret = kvm->tsc_adjust;
		return FAULT_NONE;
	}
	if (msr == 0xc0010131) {
		*ret = kvm->sev_status;
		return FAULT_NONE;
	}
	kvm->msrs_touched++;
	*ret = override != NULL ? (uint64_t) override->value : 0;
	if (override != NULL)
		return override->fault;
	if (!has_msr(kvm, msr))
		return kvm->ignores_msrs ? FAULT_NONE : FAULT_GP;
	*ret = *fake_msr(kvm, msr);
	if (kvm->defect == DEFECT_READ_BACK && *ret > 1)
		*ret ^= 0x100;
	return FAULT_NONE;
}

/* apic_sync_pv_eoi_from_guest() of arch/x86/kvm/lapic.c: the guest has cleared the bit if it leaves the EOI to KVM. */
static void sync_eoi_from_guest(struct fake_kvm *kvm)
{
	uint64_t address = *fake_msr(kvm, KVM_MSR_PV_EOI_EN) & ~UINT64_C(1);
	volatile uint32_t *word = (volatile uint32_t *)(uintptr_t)address;

	if (!kvm->eoi_pending)
		return;
	kvm->eoi_pending = false;
	if (*word & 1)
		*word &= ~1u;
	else if (kvm->defect != DEFECT_EOI_LOST)
		kvm->in_service = false;
}

void fake_exit(struct fake_kvm *kvm)
{
	if (kvm->on_other)
		return;
	sync_eoi_from_guest(kvm);
	if (kvm->forgets)
		kvm->stale = false;
}

static void put32(struct fake_kvm *kvm, size_t offset, uint32_t value)
{
	memcpy(kvm->page + offset, &value, sizeof(value));
}

/*
 * What KVM writes into guest memory when an MSR is set: the clocks, record_steal_time() of arch/x86/kvm/x86.c, and
 * kvm_async_pf_wakeup_all() of virt/kvm/async_pf.c.
 */
static void fill_area(struct fake_kvm *kvm, uint32_t msr, uint64_t value)
{
	size_t offset = (value & (PROBE_PAGE_SIZE - 1)) & ~UINT64_C(3);
	uint8_t *preempted;

	if (msr == KVM_MSR_WALL_CLOCK || msr == KVM_MSR_WALL_CLOCK_NEW)
		fake_fill_wall_clock(kvm, value);
	if (kvm->defect == DEFECT_NOT_FILLED)
		return;
	switch (msr) {
	case KVM_MSR_SYSTEM_TIME:
	case KVM_MSR_SYSTEM_TIME_NEW:
		if (value & 1)
			fake_fill_clock(kvm, offset, msr == KVM_MSR_SYSTEM_TIME);
		break;
	case KVM_MSR_STEAL_TIME:
		if (!(value & 1))
			break;
		put32(kvm, (offset & ~UINT64_C(63)) + 8, kvm->defect == DEFECT_ODD_VERSION ? 3 : 2);
		/* The only bit that a guest may set in the preempted byte is KVM_VCPU_FLUSH_TLB. */
		preempted = kvm->page + (offset & ~UINT64_C(63)) + 16;
		g_assert_cmphex(*preempted & ~2, ==, 0);
		if (*preempted == 2 && kvm->defect != DEFECT_STALE)
			kvm->stale = false;
		if (kvm->defect != DEFECT_PREEMPTED)
			*preempted = 0;
		break;
	case KVM_MSR_ASYNC_PF_EN: /* signals "page ready" for all pages */
		if ((value & 9) != 9)
			break;
		put32(kvm, (offset & ~UINT64_C(63)) + 4, UINT32_MAX); /* apf_put_user_ready() of x86.c */
		if (*fake_msr(kvm, KVM_MSR_ASYNC_PF_INT) == kvm->vector && kvm->defect != DEFECT_DEAF &&
			!kvm->listens_elsewhere)
			kvm->interrupts++;
		break;
	default:
		break;
	}
}

/* kvm_pv_enable_async_pf(), kvm_lapic_set_pv_eoi() and the KVM cases of kvm_set_msr_common(): arch/x86/kvm. */
static bool accepts(const struct fake_kvm *kvm, uint32_t msr, uint64_t value)
{
	if (kvm->defect == DEFECT_RESERVED)
		return true;
	switch (msr) {
	case KVM_MSR_ASYNC_PF_EN:
		return (value & 0x30) == 0 && (!(value & 4) || is_unlocked(kvm, KVM_BIT_ASYNC_PF_VMEXIT)) &&
		       (!(value & 8) || is_unlocked(kvm, KVM_BIT_ASYNC_PF_INT));
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

enum fault fake_write_msr(void *context, uint32_t msr, uint64_t value)
{
	struct fake_kvm *kvm = context;

	fake_exit(kvm);
	kvm->tsc += 1000;
	kvm->msrs_touched++;
	kvm->msrs_written++;
	if (find_override(kvm->writes, msr) != NULL)
		return find_override(kvm->writes, msr)->fault;
	if (!has_msr(kvm, msr))
		return kvm->ignores_msrs ? FAULT_NONE : FAULT_GP;
	if (!accepts(kvm, msr, value))
		return FAULT_GP;
	/* KVM before Linux 5.8 would inject a #PF here: interrupts must be held. */
	if (msr == KVM_MSR_ASYNC_PF_EN && (value & 9) == 1)
		g_assert_true(kvm->held);
	*fake_msr(kvm, msr) = msr == KVM_MSR_ASYNC_PF_ACK ? 0 : value;
	kvm->acknowledged += msr == KVM_MSR_ASYNC_PF_ACK ? value : 0;
	fill_area(kvm, msr, value);
	return FAULT_NONE;
}

/* kvm_pv_send_ipi() of arch/x86/kvm/lapic.c returns how many vCPUs got the interrupt. */
static int64_t send_ipi(struct fake_kvm *kvm, const uint64_t arguments[5])
{
	if (arguments[1] == 0 && arguments[2] == 0) /* the map names no target */
		return 0;
	g_assert_cmpuint(arguments[1], ==, 1); /* one target */
	g_assert_cmpuint(arguments[2], ==, 0);
	g_assert_cmpuint(arguments[3], ==, FAKE_OTHER_APIC_ID);
	g_assert_true(kvm->listens_elsewhere);
	if (kvm->defect != DEFECT_DEAF && arguments[4] == kvm->vector)
		kvm->interrupts++;
	return kvm->defect == DEFECT_COUNT ? 2 : 1;
}

/*
 * kvm_pv_kick_cpu_op() of arch/x86/kvm/x86.c, and APIC_DM_REMRD in __apic_accept_irq() of lapic.c: the vCPU with that
 * APIC id leaves its HLT, or will not halt the next time. The call returns 0 whatever the id.
 */
static int64_t kick(struct fake_kvm *kvm, uint64_t apic_id)
{
	g_assert_true(apic_id == FAKE_APIC_ID || apic_id == FAKE_OTHER_APIC_ID);
	if (apic_id == FAKE_OTHER_APIC_ID && kvm->defect != DEFECT_ASLEEP)
		kvm->unhalted = true;
	return 0;
}

/*
 * ____kvm_emulate_hypercall() of arch/x86/kvm/x86.c. A target is an APIC id in the register that hypercalls.rst names.
 */
static int64_t answer_call(struct fake_kvm *kvm, const uint64_t arguments[5])
{
	switch (arguments[0]) {
	case KVM_CALL_KICK_CPU:
		g_assert_cmpuint(arguments[1], ==, 0); /* flags */
		return kick(kvm, arguments[2]);
	case KVM_CALL_SEND_IPI:
		return send_ipi(kvm, arguments);
	case KVM_CALL_SCHED_YIELD:
		g_assert_cmpuint(arguments[1], ==, FAKE_APIC_ID);
		return 0;
	case KVM_CALL_MAP_GPA_RANGE: /* with the address of a page, that page would be given to the host */
		g_assert_cmpuint(arguments[1] % 4096, !=, 0);
		return kvm->maps_ranges ? -22 : -1000;
	default: /* KVM_HC_MMU_OP: KVM has removed it, and answers as to an unknown call */
		return -1000;
	}
}

enum fault fake_hypercall(void *context, const uint64_t arguments[5], int64_t *ret)
{
	struct fake_kvm *kvm = context;
	const struct fake_override *override = find_override(kvm->answers, arguments[0]);

	fake_exit(kvm);
	kvm->calls++;
	if (kvm->answers_all) {
		*ret = 0;
		return FAULT_NONE;
	}
	if (override != NULL) {
		*ret = override->value;
		return override->fault;
	}
	if (!kvm->is_kvm)
		return FAULT_UD;
	*ret = -1000;
	if (arguments[0] == 1)
		*ret = 0;
	if (arguments[0] == 9)
		*ret = fake_pair_clocks(kvm, arguments);
	for (size_t i = 0; i < kvm_hypercall_count; i++) {
		if (kvm_hypercalls[i].number != arguments[0] || !is_unlocked(kvm, kvm_hypercalls[i].feature_bit) ||
			kvm->defect == DEFECT_CALLS_REFUSED)
			continue;
		*ret = kvm->defect == DEFECT_ERROR        ? -22
		       : kvm->defect == DEFECT_WIDE_ERROR ? INT64_MIN
							  : answer_call(kvm, arguments);
	}
	return FAULT_NONE;
}