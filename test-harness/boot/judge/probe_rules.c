/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge/probe_rules.h"

#include <string.h>

static gboolean has(uint32_t word, unsigned bit)
{
	return ((word >> bit) & 1) != 0;
}

/* Whether the guest can use what the feature unlocks, whether or not the feature is advertised. */
static gboolean is_reachable(const struct probed_guest *guest, unsigned bit)
{
	return has(guest->advertised[KVM_EAX], bit) || (!guest->enforced && has(guest->offered, bit));
}

/*
 * The features without which KVM refuses an MSR or a hypercall. This list is on purpose not made from kvm_abi.def, from
 * which the probe itself knows what a feature unlocks: it follows KVM's code, Linux arch/x86/kvm/x86.c, where
 * kvm_set_msr_common(), kvm_get_msr_common() and the emulation of hypercalls ask guest_pv_has() for each of them. Two
 * have no such question: KVM removed MMU_OP's hypercall and always refuses it, and leaves MAP_GPA_RANGE's to the VMM.
 */
static gboolean is_gated(const struct kvm_feature *feature)
{
	static const uint8_t bits[] = { KVM_BIT_CLOCKSOURCE, KVM_BIT_MMU_OP, KVM_BIT_CLOCKSOURCE2, KVM_BIT_ASYNC_PF,
		KVM_BIT_STEAL_TIME, KVM_BIT_PV_EOI, KVM_BIT_PV_UNHALT, KVM_BIT_PV_SEND_IPI, KVM_BIT_POLL_CONTROL,
		KVM_BIT_PV_SCHED_YIELD, KVM_BIT_ASYNC_PF_INT, KVM_BIT_HC_MAP_GPA_RANGE, KVM_BIT_MIGRATION_CONTROL };

	return feature->reg == KVM_EAX && memchr(bits, feature->bit, sizeof(bits)) != NULL;
}

/*
 * How much of a feature that KVM grants can be seen in this guest. What a vCPU that is woken, an interrupt whose end
 * KVM signals, and an area that KVM fills show is seen; what KVM's scheduler does, and pages that are absent, are not.
 */
static const char *effect_of(const struct kvm_feature *feature, const struct probed_guest *guest)
{
	switch (feature->bit) {
	case KVM_BIT_ASYNC_PF:
	case KVM_BIT_ASYNC_PF_VMEXIT:
	case KVM_BIT_POLL_CONTROL:
	case KVM_BIT_PV_SCHED_YIELD:
		return PROBED_ACCEPTED;
	case KVM_BIT_PV_UNHALT:
		return guest->several ? PROBED_WORKS : PROBED_ACCEPTED;
	case KVM_BIT_PV_EOI: /* apic_sync_pv_eoi_to_guest() of arch/x86/kvm/lapic.c */
		return guest->userspace_apic ? PROBED_ACCEPTED
		       : guest->own_apic     ? PROBED_WORKS "|" PROBED_ACCEPTED
					     : PROBED_WORKS;
	case KVM_BIT_PV_TLB_FLUSH: /* depends on whether the CPU keeps translations through an exit */
		return PROBED_WORKS "|" PROBED_ACCEPTED;
	case KVM_BIT_ASYNC_PF_INT: /* the interrupt comes when ASYNC_PF's MSR is written */
		return is_reachable(guest, KVM_BIT_ASYNC_PF) ? PROBED_WORKS : PROBED_ACCEPTED;
	case KVM_BIT_CLOCKSOURCE_STABLE_BIT: /* depends on whether the host's TSC is stable, which is not known here */
		return guest->several ? PROBED_WORKS "|" PROBED_UNTESTED : PROBED_ACCEPTED "|" PROBED_UNTESTED;
	default:
		return PROBED_WORKS;
	}
}

/* For features that unlock no MSR or hypercall of their own; some are tested by way of another feature's MSR. */
static const char *expected_without_gate(const struct kvm_feature *feature, const struct probed_guest *guest)
{
	gboolean advertised = has(guest->advertised[feature->reg], feature->bit);
	unsigned needed = 0;

	if (!advertised || feature->reg == KVM_EDX)
		return advertised ? PROBED_UNTESTED : PROBED_ABSENT;
	switch (feature->bit) {
	case KVM_BIT_PV_TLB_FLUSH:
		needed = KVM_BIT_STEAL_TIME;
		break;
	case KVM_BIT_CLOCKSOURCE_STABLE_BIT:
		needed = KVM_BIT_CLOCKSOURCE2;
		break;
	default:
		return PROBED_UNTESTED;
	}
	return is_reachable(guest, needed) ? effect_of(feature, guest) : PROBED_UNTESTED;
}

char *probe_expected(const struct kvm_feature *feature, const struct probed_guest *guest)
{
	gboolean is_vmexit = feature->reg == KVM_EAX && feature->bit == KVM_BIT_ASYNC_PF_VMEXIT;
	const char *effect;

	if (!is_gated(feature) && !is_vmexit)
		return g_strdup(expected_without_gate(feature, guest));
	effect = effect_of(feature, guest);
	/* Its bit is one of another feature's MSR. */
	if (is_vmexit && !is_reachable(guest, KVM_BIT_ASYNC_PF))
		return g_strdup(has(guest->advertised[KVM_EAX], feature->bit) ? PROBED_UNTESTED : PROBED_ABSENT);
	if (has(guest->advertised[KVM_EAX], feature->bit))
		return g_strdup(effect);
	if (!is_reachable(guest, feature->bit))
		return g_strdup(PROBED_MASKED_REFUSED);
	if (strcmp(effect, PROBED_WORKS "|" PROBED_ACCEPTED) == 0)
		return g_strdup(PROBED_MASKED PROBED_WORKS "|" PROBED_MASKED PROBED_ACCEPTED);
	return g_strconcat(PROBED_MASKED, effect, NULL);
}
