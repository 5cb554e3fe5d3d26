/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs that have all features of a level of the x86-64 psABI and no other. Which level needs what is written from the
 * psABI's list, and the bits are those of the compiler's own <cpuid.h>, so that neither comes from cpu_features.def.
 */
#ifndef KVMLEAF_UNIT_CORE_LEVELLED_H
#define KVMLEAF_UNIT_CORE_LEVELLED_H

#include <cpuid.h>

#include "core/leaves/cpu_features.h"
#include "unit/core/parsed.h"
#include "unit/fake/recorded.h"

enum { EAX, EBX, ECX, EDX, ALL = 4, PHYSICAL_BITS = 46 };

static const struct need {
	unsigned level;
	const char *name;
	uint32_t leaf, bit;
	int reg;
} needs[] = {
	/* FPU, SYSCALL and LM: AMD APM volume 3, appendix E. The bits of XCR0: Intel SDM volume 1, 13.1. */
	{ 1, "FPU", 1, 1u << 0, EDX },
	{ 1, "CX8", 1, bit_CMPXCHG8B, EDX },
	{ 1, "CMOV", 1, bit_CMOV, EDX },
	{ 1, "MMX", 1, bit_MMX, EDX },
	{ 1, "FXSR", 1, bit_FXSAVE, EDX },
	{ 1, "SSE", 1, bit_SSE, EDX },
	{ 1, "SSE2", 1, bit_SSE2, EDX },
	{ 1, "SCE", 0x80000001, 1u << 11, EDX },
	{ 1, "LM", 0x80000001, 1u << 29, EDX },
	{ 2, "SSE3", 1, bit_SSE3, ECX },
	{ 2, "SSSE3", 1, bit_SSSE3, ECX },
	{ 2, "CMPXCHG16B", 1, bit_CMPXCHG16B, ECX },
	{ 2, "SSE4_1", 1, bit_SSE4_1, ECX },
	{ 2, "SSE4_2", 1, bit_SSE4_2, ECX },
	{ 2, "POPCNT", 1, bit_POPCNT, ECX },
	{ 2, "LAHF-SAHF", 0x80000001, bit_LAHF_LM, ECX },
	{ 3, "FMA", 1, bit_FMA, ECX },
	{ 3, "MOVBE", 1, bit_MOVBE, ECX },
	{ 3, "XSAVE", 1, bit_XSAVE, ECX },
	{ 3, "AVX", 1, bit_AVX, ECX },
	{ 3, "F16C", 1, bit_F16C, ECX },
	{ 3, "BMI1", 7, bit_BMI, EBX },
	{ 3, "AVX2", 7, bit_AVX2, EBX },
	{ 3, "BMI2", 7, bit_BMI2, EBX },
	{ 3, "XCR0-AVX", 0xd, 1u << 2, EAX },
	{ 3, "LZCNT", 0x80000001, bit_LZCNT, ECX },
	{ 4, "AVX512F", 7, bit_AVX512F, EBX },
	{ 4, "AVX512DQ", 7, bit_AVX512DQ, EBX },
	{ 4, "AVX512CD", 7, bit_AVX512CD, EBX },
	{ 4, "AVX512BW", 7, bit_AVX512BW, EBX },
	{ 4, "AVX512VL", 7, bit_AVX512VL, EBX },
	{ 4, "XCR0-OPMASK", 0xd, 1u << 5, EAX },
	{ 4, "XCR0-ZMM_HI256", 0xd, 1u << 6, EAX },
	{ 4, "XCR0-HI16_ZMM", 0xd, 1u << 7, EAX },
};

static inline uint32_t *register_of(struct recorded *cpu, uint32_t leaf, int reg)
{
	for (size_t i = 0; i < cpu->count; i++)
		if (cpu->leaves[i].leaf == leaf)
			return &cpu->leaves[i].regs.eax + reg;
	g_assert_not_reached();
}

/* A CPU of that maker with all features of the levels up to this one, and no other. */
static inline void machine(struct recorded *cpu, unsigned level, int vendor)
{
	static const uint32_t leaves[] = { 7, 0x80000000, 0x80000001, 0x80000007, 0x80000008 };

	recorded_init(cpu, vendor, MISSING_ZEROS, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(leaves); i++)
		recorded_set(cpu, leaves[i], 0, 0, 0, 0);
	*register_of(cpu, 0x80000000, EAX) = 0x80000008;
	*register_of(cpu, 0x80000008, EAX) = 0x3000 | PHYSICAL_BITS;
	*register_of(cpu, 1, ECX) = 1u << 31;
	*register_of(cpu, 1, EDX) = 0;
	*register_of(cpu, 0xd, EAX) = 3;
	for (size_t i = 0; i < G_N_ELEMENTS(needs); i++)
		if (needs[i].level <= level)
			*register_of(cpu, needs[i].leaf, needs[i].reg) |= needs[i].bit;
}

static inline void forget(struct recorded *cpu, uint32_t leaf)
{
	for (size_t i = 0; i < cpu->count; i++)
		if (cpu->leaves[i].leaf == leaf)
			cpu->leaves[i] = cpu->leaves[--cpu->count];
}

/* Examines the CPU, from new. */
static inline void examine_cpu(struct recorded *cpu, struct report *report)
{
	cpu->asked_count = 0;
	recorded_judge(cpu, report);
}

/* The report's object "cpu", to be released. */
static inline json_t *cpu_of(const struct report *report)
{
	size_t length;
	json_t *root = parsed_report(report, 32 * 1024, &length);
	json_t *cpu = json_incref(json_object_get(root, "cpu"));

	json_decref(root);
	return cpu;
}

static inline void assert_level(const struct report *report, const char *level, const char *missing)
{
	json_t *cpu = cpu_of(report);

	g_assert_cmpstr(text_at(cpu, "level"), ==, level);
	assert_strings(json_object_get(cpu, "missing"), missing);
	g_assert_null(json_object_get(cpu, "level_lacks"));
	json_decref(cpu);
}

static inline void assert_unknown(const struct report *report, uint32_t leaf)
{
	json_t *cpu = cpu_of(report);

	g_assert_true(json_is_null(json_object_get(cpu, "level")));
	assert_hex_at(cpu, "level_lacks", leaf);
	g_assert_null(json_object_get(cpu, "missing"));
	json_decref(cpu);
}

static const char *const levels[] = { "none", "x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4" };

#endif
