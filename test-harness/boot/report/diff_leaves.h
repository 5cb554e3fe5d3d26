/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the raw registers of two reports. */
#ifndef KVMLEAF_BOOT_REPORT_DIFF_LEAVES_H
#define KVMLEAF_BOOT_REPORT_DIFF_LEAVES_H

#include <glib.h>
#include <jansson.h>

/*
 * Adds a line for each register that differs in a leaf of both reports. Left out are registers that diff_reports
 * compares by name (a block's first leaf, the lowest KVM block's features and timing), and bits that are each CPU's
 * own.
 */
void diff_leaves(const json_t *a, const json_t *b, GPtrArray *lines);

#endif
