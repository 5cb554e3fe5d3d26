/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/cpu_features.h"

#include "core/base/text.h"

enum { LEAF_EXTENDED_FEATURES = (int)0x80000001, LEAF_ADDRESSES = (int)0x80000008, PHYSICAL_BITS = 0xff };

#define EXTENDED UINT32_C(0x80000000)

const struct cpu_feature cpu_features[] = {
#define CPU_FEATURE(level, leaf, reg, bit, name, qemu) { (leaf), CPUID_##reg, (bit), (level), name, qemu },
#include "core/leaves/cpu_features.def"
};
const size_t cpu_feature_count = sizeof(cpu_features) / sizeof(cpu_features[0]);
_Static_assert(sizeof(cpu_features) / sizeof(cpu_features[0]) <= 64, "struct cpu_facts has 64 bits for features");

static const char *const level_names[ABI_LEVELS + 1] = { "none", "x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4" };

/* Whether the CPU has that leaf. */
static bool has_leaf(const struct cpu_facts *facts, uint32_t leaf)
{
	return leaf < EXTENDED ? leaf <= facts->basic_max : leaf <= facts->extended_max;
}

/* The range's limit, and the maker. */
static void add_limits(struct cpu_facts *facts, const struct leaf *leaf)
{
	if (leaf->leaf == 0) {
		facts->knows_basic = true;
		facts->basic_max = leaf->regs.eax < HYPERVISOR_BASE_FIRST ? leaf->regs.eax : 1;
		facts->is_intel = leaf->regs.ebx == 0x756e6547; /* "Genu" */
	} else if (leaf->leaf == EXTENDED) {
		facts->knows_extended = true;
		facts->extended_max = leaf->regs.eax - EXTENDED < 0x10000 ? leaf->regs.eax : 0;
	}
}

void cpu_facts_add(struct cpu_facts *facts, const struct leaf *leaf)
{
	if (leaf->subleaf != 0)
		return;
	add_limits(facts, leaf);
	if (!has_leaf(facts, leaf->leaf))
		return;
	for (size_t i = 0; i < cpu_feature_count; i++) {
		const struct cpu_feature *feature = &cpu_features[i];
		uint32_t value = cpuid_register_value(&leaf->regs, (enum cpuid_register)feature->reg);

		if (feature->leaf != leaf->leaf)
			continue;
		/* Intel's CPUs show SYSCALL in 64-bit mode only, and have it wherever there is that mode (SDM 2A). */
		if (feature->leaf == (uint32_t)LEAF_EXTENDED_FEATURES && feature->bit == 11 && facts->is_intel)
			value |= (value >> 29 & 1) << 11;
		facts->known |= UINT64_C(1) << i;
		facts->has |= (uint64_t)(value >> feature->bit & 1) << i;
	}
	if (leaf->leaf == (uint32_t)LEAF_ADDRESSES)
		facts->physical_bits = (uint8_t)(leaf->regs.eax & PHYSICAL_BITS);
}

void cpu_facts_end(struct cpu_facts *facts)
{
	for (size_t i = 0; i < cpu_feature_count; i++) {
		uint32_t leaf = cpu_features[i].leaf;

		if ((leaf < EXTENDED ? facts->knows_basic : facts->knows_extended) && !has_leaf(facts, leaf))
			facts->known |= UINT64_C(1) << i;
	}
}

void cpu_facts_meet(struct cpu_facts *facts, const struct cpu_facts *other)
{
	facts->known &= other->known;
	facts->has &= other->has;
	if (other->physical_bits < facts->physical_bits)
		facts->physical_bits = other->physical_bits;
}

/* The features that this level needs beyond those of the level below. */
static uint64_t features_of(unsigned level)
{
	uint64_t features = 0;

	for (size_t i = 0; i < cpu_feature_count; i++)
		if (cpu_features[i].level == level)
			features |= UINT64_C(1) << i;
	return features;
}

static uint32_t first_leaf(uint64_t features)
{
	size_t i = 0;

	while (i + 1 < cpu_feature_count && (features >> i & 1) == 0)
		i++;
	return cpu_features[i].leaf;
}

struct abi_level abi_level_of(const struct cpu_facts *facts)
{
	for (unsigned level = 1; level <= ABI_LEVELS; level++) {
		uint64_t needed = features_of(level);

		if ((needed & ~facts->known) != 0)
			return (struct abi_level){ .lacks = first_leaf(needed & ~facts->known) };
		if ((needed & ~facts->has) != 0)
			return (struct abi_level){
				.known = true, .level = (uint8_t)(level - 1), .missing = needed & ~facts->has
			};
	}
	return (struct abi_level){ .known = true, .level = ABI_LEVELS };
}

const char *abi_level_name(unsigned level)
{
	return level_names[level];
}

const char *cpu_features_by_name(const char *name, size_t length, uint64_t *ret_features)
{
	*ret_features = 0;
	for (unsigned level = 1; level <= ABI_LEVELS; level++) {
		*ret_features |= features_of(level);
		if (string_equal_nocase(name, length, level_names[level]))
			return level_names[level];
	}
	for (size_t i = 0; i < cpu_feature_count && length > 0; i++) {
		*ret_features = UINT64_C(1) << i;
		if (string_equal_nocase(name, length, cpu_features[i].name))
			return cpu_features[i].name;
		if (string_equal_nocase(name, length, cpu_features[i].qemu))
			return cpu_features[i].qemu;
	}
	return NULL;
}
