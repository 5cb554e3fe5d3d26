/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the table of KVM's paravirtual features (kvmleaf/kvm_abi.h). */
#ifndef KVMLEAF_BOOT_REPORT_FEATURE_TABLE_H
#define KVMLEAF_BOOT_REPORT_FEATURE_TABLE_H

/* Prints the table to standard output as Markdown. README.md has a copy, and a test checks that it is the same. */
void feature_table_print(void);

#endif
