/* SPDX-License-Identifier: BSD-2-Clause */
/* What a migration or a host's upgrade changed for a guest: two machines, bit by bit, by name. */
#ifndef KVMLEAF_BOOT_REPORT_DIFF_H
#define KVMLEAF_BOOT_REPORT_DIFF_H

#include <glib.h>
#include <jansson.h>

/*
 * One line for each difference between two reports. What only one of them can know (the probe, Secure Boot, vCPUs that
 * a dump does not have) is no difference, nor are APIC ids and the like.
 */
GPtrArray *diff_reports(const json_t *a, const json_t *b);

/* Prints them, of any two files that read_report takes; BOOT_PASS where there is none, BOOT_FAILED for some. */
int diff_print(const char *path_a, const char *path_b, GError **error);

#endif
