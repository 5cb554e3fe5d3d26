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

static gboolean sets_apicv(const struct case_facts *facts)
{
	return facts->sets_apicv;
}

/*
 * MSRs 0x11 and 0x12: where kvmclock is masked and enforced, kvm_set_msr_common() of Linux 6.1 refuses its MSRs to the
 * VMM too, and QEMU 7.2, which writes them whatever is masked, exits. Userspace APIC: newer QEMUs emulate no APIC for a
 * guest of KVM (apic_get_class() in hw/i386/x86-cpu.c). APICv: error 7 of VMX is
 * "VM entry with invalid control field(s)"; Bochs 3.0 refuses the address of KVM's posted-interrupt descriptor.
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
	{ sets_apicv, "KVM: entry failed, hardware error 0x7",
		"the nested host's CPU refuses to enter a guest with APICv" },
};

const char *kvm_limit_of(const struct boot_case *boot_case, const char *failure)
{
	struct case_facts facts = case_facts(boot_case);

	/* Failures that begin so are about QEMU itself (guest_end.c). Others may quote a guest's output, which proves
	 * nothing. */
	if (failure == NULL || !g_str_has_prefix(failure, "QEMU "))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++)
		if (strstr(failure, limits[i].words) != NULL && limits[i].asks(&facts))
			return limits[i].reason;
	return NULL;
}
