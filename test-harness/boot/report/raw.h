/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_REPORT_RAW_H
#define KVMLEAF_BOOT_REPORT_RAW_H

#include <glib.h>

/*
 * A report's registers in the text form of cpuid -r, which cpuid -f reads: the first vCPU, then each one that differs.
 * NULL and one line where the report has no leaves.
 */
char *raw_text(const char *report, GError **error);

#endif
