/* SPDX-License-Identifier: BSD-2-Clause */
/* What some kernel's KVM refuses to QEMU itself, so that no guest comes to be: known by the words of QEMU. */
#ifndef KVMLEAF_BOOT_CASES_KVM_LIMITS_H
#define KVMLEAF_BOOT_CASES_KVM_LIMITS_H

#include "cases/cases.h"

/* Why this KVM cannot run the case, where failure is such a refusal and the case asks for what is refused; else NULL.
 */
const char *kvm_limit_of(const struct boot_case *boot_case, const char *failure);

#endif
