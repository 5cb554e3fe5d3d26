/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of QEMU's that a case uses, held against what this QEMU knows. */
#ifndef KVMLEAF_BOOT_CASES_CASE_NAMES_H
#define KVMLEAF_BOOT_CASES_CASE_NAMES_H

#include "cases/cases.h"
#include "qemu/qemu_info.h"

/*
 * Checks the machine type, the CPU model and the CPU's properties. A name that only another version of QEMU has sets
 * the case's skip; a name that no QEMU has is FALSE and one line.
 */
gboolean case_names_check(const struct qemu_info *info, struct boot_case *boot_case, GError **error);

#endif
