/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Known cases that QEMU or the kernel's KVM cannot run at all, so that no guest starts. They are recognized by QEMU's
 * error message, and are skipped instead of failed.
 */
#ifndef KVMLEAF_BOOT_CASES_KVM_LIMITS_H
#define KVMLEAF_BOOT_CASES_KVM_LIMITS_H

#include "cases/cases.h"

/*
 * The reason to skip the case, where failure (guest_result) has such a message and the case asks for what it is about;
 * else NULL. Never freed.
 */
const char *kvm_limit_of(const struct boot_case *boot_case, const char *failure);

#endif
