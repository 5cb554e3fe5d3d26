/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The results that the probe must find, by KVM's rules (Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst, api.rst
 * on KVM_CAP_ENFORCE_PV_FEATURE_CPUID, and the selftest kvm_pv_test.c), from what is masked and what KVM offers.
 */
#ifndef KVMLEAF_BOOT_JUDGE_PROBE_RULES_H
#define KVMLEAF_BOOT_JUDGE_PROBE_RULES_H

#include <glib.h>
#include <stdint.h>

#include "kvmleaf/kvm_abi.h"

/* The report's words for what a feature came to. */
#define PROBED_WORKS "works"
#define PROBED_ACCEPTED "accepted"
#define PROBED_REFUSED "advertised but refused"
#define PROBED_WRONG "advertised but wrong"
#define PROBED_UNTESTED "advertised, cannot be tested here"
#define PROBED_MASKED "masked but " /* how the words for a masked feature that is there all the same begin */
#define PROBED_MASKED_REFUSED "masked and refused"
#define PROBED_ABSENT "absent"

/* The features of a guest on KVM. */
struct probed_guest {
	uint32_t advertised[2];  /* the feature leaf as the guest reads it, by enum kvm_register */
	uint32_t offered;        /* EAX of the feature leaf in the host's KVM_GET_SUPPORTED_CPUID */
	gboolean enforced;       /* kvm-pv-enforce-cpuid=on: KVM refuses the use of masked features */
	gboolean several;        /* vCPUs: one can wake another, and their clocks can be compared */
	gboolean own_apic;       /* the CPU may end interrupts itself, see oracle_own_apic() */
	gboolean userspace_apic; /* QEMU ends interrupts, not KVM */
};

/*
 * The result that the probe must find for the feature; to be freed. Where KVM's rules allow several, they are separated
 * by "|".
 */
char *probe_expected(const struct kvm_feature *feature, const struct probed_guest *guest);

#endif
