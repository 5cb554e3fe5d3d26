/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_REPORT_FEATURE_TABLE_H
#define KVMLEAF_BOOT_REPORT_FEATURE_TABLE_H

/* Prints the feature table as Markdown: README's copy is this output, and a test holds it so. */
void feature_table_print(void);

#endif
