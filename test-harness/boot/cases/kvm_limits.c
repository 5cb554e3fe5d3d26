/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/kvm_limits.h"

#include <string.h>

#include "cases/case_facts.h"

static gboolean enforces_kvmclock(const struct case_facts *facts)
{
	return facts->enforced && facts->masks_kvmclock;
}

static gboolean has_no_kernel_apic(const struct case_facts *facts)
{
	return facts->userspace_irqchip;
}

/*
 * The first: Linux 6.1's kvm_set_msr_common() refuses the clock's MSRs to the VMM too where their feature is masked and
 * enforced, and QEMU 7.2, which writes its MSRs whatever is masked, gives up. The second: newer QEMUs have no APIC of
 * their own for a guest of KVM any more (apic_get_class() in hw/i386/x86-cpu.c and its neighbours).
 */
static const struct {
	gboolean (*asks)(const struct case_facts *facts);
	const char *words, *reason;
} limits[] = {
	{ enforces_kvmclock, "failed to set MSR 0x12 ",
		"this KVM does not let QEMU enforce that mask: it refuses QEMU's own writes" },
	{ enforces_kvmclock, "failed to set MSR 0x11 ",
		"this KVM does not let QEMU enforce that mask: it refuses QEMU's own writes" },
	{ has_no_kernel_apic, "KVM does not support userspace APIC",
		"this QEMU gives a guest of KVM no APIC outside of the kernel" },
};

const char *kvm_limit_of(const struct boot_case *boot_case, const char *failure)
{
	struct case_facts facts = case_facts(boot_case);

	/* guest.c's words for what QEMU did; others have the guest's own words in them, which may be any. */
	if (failure == NULL || !g_str_has_prefix(failure, "QEMU "))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
		if (strstr(failure, limits[i].words) != NULL && limits[i].asks(&facts))
			return limits[i].reason;
	return NULL;
}
