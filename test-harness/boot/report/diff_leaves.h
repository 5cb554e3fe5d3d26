/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_REPORT_DIFF_LEAVES_H
#define KVMLEAF_BOOT_REPORT_DIFF_LEAVES_H

#include <glib.h>
#include <jansson.h>

/*
 * The raw registers of the leaves that both reports have, where no other line tells of them: all but the first leaves
 * of blocks, KVM's own, and the bits that are each CPU's own.
 */
void diff_leaves(const json_t *a, const json_t *b, GPtrArray *lines);

#endif
