/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of every guest that Linux's conditions tell apart, for tests of the forecast. */
#ifndef KVMLEAF_UNIT_CORE_GUESTS_H
#define KVMLEAF_UNIT_CORE_GUESTS_H

#include <glib.h>
#include <string.h>

#include "core/report/report.h"

/* What the conditions look at: bits of a guest's number, from 0 to GUESTS - 1. */
enum {
	CLOCK_OLD,
	CLOCK_NEW,
	STABLE,
	STEAL,
	UNHALT,
	TLB,
	IPI,
	YIELD,
	PF,
	PF_INT,
	EOI,
	POLL,
	HINT,
	SMP,
	MWAIT,
	TSC,
	VARIED
};
enum { GUESTS = 1 << VARIED };

static const struct {
	int position;
	enum kvm_bit bit;
} feature_bits[] = { { CLOCK_OLD, KVM_BIT_CLOCKSOURCE }, { CLOCK_NEW, KVM_BIT_CLOCKSOURCE2 },
	{ STABLE, KVM_BIT_CLOCKSOURCE_STABLE_BIT }, { STEAL, KVM_BIT_STEAL_TIME }, { UNHALT, KVM_BIT_PV_UNHALT },
	{ TLB, KVM_BIT_PV_TLB_FLUSH }, { IPI, KVM_BIT_PV_SEND_IPI }, { YIELD, KVM_BIT_PV_SCHED_YIELD },
	{ PF, KVM_BIT_ASYNC_PF }, { PF_INT, KVM_BIT_ASYNC_PF_INT }, { EOI, KVM_BIT_PV_EOI },
	{ POLL, KVM_BIT_POLL_CONTROL } };

static inline bool has(unsigned guest, int position)
{
	return (guest >> position) & 1;
}

static inline void set_leaf(struct report *report, uint32_t leaf, struct cpuid_regs regs)
{
	report->leaves[report->leaf_count++] = (struct leaf){ .leaf = leaf, .regs = regs };
}

static inline void make_guest(unsigned guest, struct report *report)
{
	*report = (struct report){ .verdict = VERDICT_KVM,
		.hypervisor_bit = true,
		.kvm = { .present = true, .base = HYPERVISOR_BASE_FIRST },
		.vcpu_count = has(guest, SMP) ? 2 : 1 };
	memcpy(report->cpu_vendor, "AuthenticAMD", SIGNATURE_SIZE);
	for (size_t i = 0; i < G_N_ELEMENTS(feature_bits); i++)
		if (has(guest, feature_bits[i].position))
			report->kvm.eax |= 1U << feature_bits[i].bit;
	report->kvm.edx = has(guest, HINT);
	set_leaf(report, 1, (struct cpuid_regs){ .ecx = 1U << 31 | (uint32_t)has(guest, MWAIT) << 3 });
	set_leaf(report, 0x80000007, (struct cpuid_regs){ .edx = (uint32_t)has(guest, TSC) << 8 });
}

#endif
