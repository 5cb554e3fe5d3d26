/* SPDX-License-Identifier: BSD-2-Clause */
/* Which operating systems the CPU can start: the x86-64 psABI's levels, and features that people ask for by name. */
#ifndef KVMLEAF_CORE_LEAVES_CPU_FEATURES_H
#define KVMLEAF_CORE_LEAVES_CPU_FEATURES_H

#include "core/report/report.h"

enum { ABI_LEVELS = 4 };

/* One row of cpu_features.def. Its place in cpu_features is its bit in struct cpu_facts. */
struct cpu_feature {
	uint32_t leaf;
	uint8_t reg, bit, level; /* reg: enum cpuid_register; level: 0 for none */
	const char *name, *qemu;
};

extern const struct cpu_feature cpu_features[];
extern const size_t cpu_feature_count;

/*
 * Adds what one leaf of a CPU says; facts begin as all zeros. Leaves 0 and 0x80000000, which say how far their ranges
 * go, must come before the others of their range. A leaf above the highest one of its range says nothing: some CPUs
 * answer it as they answer another leaf.
 */
void cpu_facts_add(struct cpu_facts *facts, const struct leaf *leaf);
/* After the last leaf: what the CPU has no leaf for is known to be absent. */
void cpu_facts_end(struct cpu_facts *facts);
/* Keeps what both CPUs have, and the lower of the two address widths. */
void cpu_facts_meet(struct cpu_facts *facts, const struct cpu_facts *other);

struct abi_level {
	bool known;
	uint8_t level;    /* 1 to ABI_LEVELS; 0 for a CPU that does not even have x86-64-v1 */
	uint64_t missing; /* the features that the next level needs and the CPU lacks */
	uint32_t lacks;   /* where the level is not known: the first leaf that would have to be recorded */
};

struct abi_level abi_level_of(const struct cpu_facts *facts);
const char *abi_level_name(unsigned level); /* "x86-64-v2", and "none" for 0 */

/*
 * The features that a name stands for, as bits of struct cpu_facts: a level ("x86-64-v3": all features of levels 1 to
 * 3), a feature's name, or QEMU's property. Upper and lower case are the same. Returns the name as the table spells it,
 * or NULL for an unknown name.
 */
const char *cpu_features_by_name(const char *name, size_t length, uint64_t *ret_features);

#endif
