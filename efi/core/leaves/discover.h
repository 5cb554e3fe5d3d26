/* SPDX-License-Identifier: BSD-2-Clause */
/* Which hypervisor blocks exist, whose they are, and every register in them. */
#ifndef KVMLEAF_CORE_LEAVES_DISCOVER_H
#define KVMLEAF_CORE_LEAVES_DISCOVER_H

#include "core/report/report.h"

/*
 * Fills the report's cpu, blocks, leaves and problems from one CPU. Each leaf is executed at most once, always with
 * subleaf 0: leaf 0, leaf 1, the highest basic leaf, those that tell of TDX and SEV, the 256 bases, and what lies
 * inside each block that was believed.
 */
void discover(const struct cpuid_source *cpu, struct report *report);

#endif
