/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the hypervisor blocks, and reads every leaf in them. */
#ifndef KVMLEAF_CORE_LEAVES_DISCOVER_H
#define KVMLEAF_CORE_LEAVES_DISCOVER_H

#include "core/report/report.h"

/*
 * Fills the report's cpu_vendor, cpu_signature, hypervisor_bit, cpu, blocks, leaves, bases, top and problems from one
 * CPU. Each leaf is executed at most once with subleaf 0: leaf 0, leaf 1, the highest basic leaf, the leaves with the
 * CPU's features (7, 0xd, 0x80000000, 1, 7, 8), those of the TSC, TDX and SEV, the 256 bases, and the leaves of each
 * block that was believed. Subleaf 1 is executed of leaves 7 and 0xd only.
 */
void discover(const struct cpuid_source *cpu, struct report *report);

#endif
