/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a report's raw registers as a dump. */
#ifndef KVMLEAF_BOOT_REPORT_RAW_H
#define KVMLEAF_BOOT_REPORT_RAW_H

#include <glib.h>

/*
 * The registers of a report (a JSON document) in the text form of cpuid -r, which cpuid -f reads: the first vCPU, then
 * each vCPU that differs from it. To be freed; NULL with BOOT_USAGE where the report has no leaves or invalid counts.
 */
char *raw_text(const char *report, GError **error);

#endif
