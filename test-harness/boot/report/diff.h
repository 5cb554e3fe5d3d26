/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares two reports bit by bit, by name: what a migration or an upgrade of the host has changed for a guest. */
#ifndef KVMLEAF_BOOT_REPORT_DIFF_H
#define KVMLEAF_BOOT_REPORT_DIFF_H

#include <glib.h>
#include <jansson.h>

/*
 * One line of text for each difference between two reports; to be unreferenced. What only one of them can know (probe,
 * Secure Boot, vCPUs that a dump lacks) is no difference, nor is what is each vCPU's own, such as its APIC id.
 */
GPtrArray *diff_reports(const json_t *a, const json_t *b);

/*
 * Prints the differences between two files that read_report can read. Returns BOOT_PASS where there is none,
 * BOOT_FAILED where there are some, BOOT_USAGE with an error where a file cannot be read.
 */
int diff_print(const char *path_a, const char *path_b, GError **error);

#endif
