/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks the QEMU names in a case (machine type, CPU model, CPU properties) against what this QEMU supports. */
#ifndef KVMLEAF_BOOT_CASES_CASE_NAMES_H
#define KVMLEAF_BOOT_CASES_CASE_NAMES_H

#include "cases/cases.h"
#include "qemu/qemu_info.h"

/*
 * Sets the case's skip where only another version of QEMU has a name (a versioned machine type, a KVM property). FALSE
 * with BOOT_USAGE for any other name that this QEMU does not have.
 */
gboolean case_names_check(const struct qemu_info *info, struct boot_case *boot_case, GError **error);

#endif
