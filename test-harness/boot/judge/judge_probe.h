/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the probe should have found: KVM's own rules (Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst, api.rst on
 * KVM_CAP_ENFORCE_PV_FEATURE_CPUID, and the selftest kvm_pv_test.c), applied to what is masked and what KVM offers.
 */
#ifndef KVMLEAF_BOOT_JUDGE_JUDGE_PROBE_H
#define KVMLEAF_BOOT_JUDGE_JUDGE_PROBE_H

#include <glib.h>
#include <stdint.h>

#include "kvmleaf/kvm_abi.h"

/* What a guest of a KVM was given. */
struct probed_guest {
	uint32_t advertised[2]; /* enum kvm_register */
	uint32_t offered;       /* EAX of KVM_GET_SUPPORTED_CPUID */
	gboolean enforced;      /* what is masked is refused */
};

/* The result that a row of the feature table should have; several where it is not for KVM to decide, parted by "|". */
const char *probe_expected(const struct kvm_feature *feature, const struct probed_guest *guest);

#endif
