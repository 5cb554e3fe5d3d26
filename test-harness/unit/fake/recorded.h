/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A CPU made of recorded leaves. It counts what is asked of it, and answers leaves that do not exist as real machines
 * do: KVM's answers are those of Linux arch/x86/kvm/cpuid.c, TCG's of QEMU target/i386/cpu.c, bhyve's of its x86.c.
 */
#ifndef KVMLEAF_UNIT_FAKE_RECORDED_H
#define KVMLEAF_UNIT_FAKE_RECORDED_H

#include <glib.h>
#include <string.h>

#include "core/leaves/discover.h"
#include "core/judge/judge.h"

enum missing {
	MISSING_ZEROS, /* KVM whose guest is of AMD's or Hygon's vendor; also a CPU without a hypervisor */
	MISSING_TOP,   /* KVM for any other vendor, TCG for all: the highest basic leaf */
	MISSING_ALIAS, /* bhyve: hypervisor leaves above alias are alias */
	MISSING_ONES,  /* nothing sane */
};

enum { RECORDED_MAX = 1024, ASKED_MAX = 8192, AMD = 0, INTEL = 1 };

struct recorded {
	enum missing missing;
	uint32_t alias;
	struct leaf leaves[RECORDED_MAX];
	size_t count;
	struct {
		uint32_t leaf, subleaf;
	} asked[ASKED_MAX];
	size_t asked_count;
};

static inline void recorded_set(
	struct recorded *cpu, uint32_t leaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	g_assert_cmpuint(cpu->count, <, RECORDED_MAX);
	cpu->leaves[cpu->count++] = (struct leaf){ .leaf = leaf, .regs = { eax, ebx, ecx, edx } };
}

static inline uint32_t recorded_word(const char *bytes)
{
	const uint8_t *b = (const uint8_t *)bytes;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* A block's first leaf; all 12 bytes of the signature are given. */
static inline void recorded_base(struct recorded *cpu, uint32_t base, uint32_t eax, const char *signature)
{
	recorded_set(
		cpu, base, eax, recorded_word(signature), recorded_word(signature + 4), recorded_word(signature + 8));
}

/* KVM's block with its registers as cpuid.rst has them. */
static inline void recorded_kvm(struct recorded *cpu, uint32_t base, uint32_t max, uint32_t features, uint32_t hints)
{
	recorded_set(cpu, base, max, 0x4b4d564b, 0x564b4d56, 0x0000004d);
	recorded_set(cpu, base + 1, features, 0, 0, hints);
}

/* Leaves 0, 1 and 0xd; leaf 0xd is what one machine returned for every missing leaf under kvm=off. */
static inline void recorded_init(struct recorded *cpu, int vendor, enum missing missing, gboolean hypervisor_bit)
{
	*cpu = (struct recorded){ .missing = missing, .alias = 0x40000000 };
	if (vendor == AMD)
		recorded_set(cpu, 0, 0xd, 0x68747541, 0x444d4163, 0x69746e65);
	else
		recorded_set(cpu, 0, 0xd, 0x756e6547, 0x6c65746e, 0x49656e69);
	recorded_set(cpu, 1, vendor == AMD ? 0x00800f12 : 0x000806f8, 0x00010800,
		hypervisor_bit ? 0xfffa3203 : 0x7ffa3203, 0x1f8bfbff);
	recorded_set(cpu, 0xd, 0x000002e7, 0x00000240, 0x00000a88, 0x00000000);
}

static inline const struct leaf *recorded_find(const struct recorded *cpu, uint32_t leaf)
{
	for (size_t i = 0; i < cpu->count; i++)
		if (cpu->leaves[i].leaf == leaf)
			return &cpu->leaves[i];
	return NULL;
}

static inline struct cpuid_regs recorded_missing(const struct recorded *cpu, uint32_t leaf)
{
	const struct leaf *zero = recorded_find(cpu, 0);
	const struct leaf *base = recorded_find(cpu, leaf & 0xffffff00);
	const struct leaf *found = NULL;
	struct cpuid_regs none = { 0 };

	if (cpu->missing == MISSING_ONES)
		return (struct cpuid_regs){ 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff };
	if (cpu->missing == MISSING_ALIAS && leaf >= 0x40000000)
		found = recorded_find(cpu, cpu->alias);
	/* A leaf that its class's maximum covers exists, and is zero. */
	else if (cpu->missing == MISSING_TOP && !(leaf < 0x40000000 && leaf <= zero->regs.eax) &&
		 !(base != NULL && leaf >= 0x40000000 && leaf <= base->regs.eax))
		found = recorded_find(cpu, zero->regs.eax);
	return found != NULL ? found->regs : none;
}

static inline struct cpuid_regs recorded_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct recorded *cpu = context;
	const struct leaf *found = recorded_find(cpu, leaf);

	g_assert_cmpuint(cpu->asked_count, <, ASKED_MAX);
	cpu->asked[cpu->asked_count].leaf = leaf;
	cpu->asked[cpu->asked_count++].subleaf = subleaf;
	return found != NULL ? found->regs : recorded_missing(cpu, leaf);
}

static inline unsigned recorded_times(const struct recorded *cpu, uint32_t leaf)
{
	unsigned times = 0;

	for (size_t i = 0; i < cpu->asked_count; i++)
		times += cpu->asked[i].leaf == leaf;
	return times;
}

/* What holds for every machine is asserted here: no leaf twice, no subleaf but 0, none above the last
 * base but those that tell of SEV. */
static inline void recorded_discover(struct recorded *cpu, struct report *report)
{
	struct cpuid_source source = { recorded_query, cpu };

	*report = (struct report){ 0 };
	discover(&source, report);
	for (size_t i = 0; i < cpu->asked_count; i++) {
		g_assert_cmphex(cpu->asked[i].subleaf, ==, 0);
		g_assert_cmpuint(recorded_times(cpu, cpu->asked[i].leaf), ==, 1);
		g_assert_true(cpu->asked[i].leaf <= 0x4000ffff || cpu->asked[i].leaf == 0x80000000 ||
			      cpu->asked[i].leaf == 0x8000001f);
	}
}

static inline void recorded_judge(struct recorded *cpu, struct report *report)
{
	recorded_discover(cpu, report);
	report->vcpu_count = report->vcpus_checked = 1;
	decode_kvm(report);
	judge_report(report);
}

static inline void assert_regs(const struct cpuid_regs *regs, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	g_assert_cmphex(regs->eax, ==, eax);
	g_assert_cmphex(regs->ebx, ==, ebx);
	g_assert_cmphex(regs->ecx, ==, ecx);
	g_assert_cmphex(regs->edx, ==, edx);
}

/* Every recorded leaf is in the report with its registers, and those leaves only. */
static inline void assert_leaves(const struct report *report, const struct recorded *cpu)
{
	g_assert_cmpuint(report->leaf_count, ==, cpu->count);
	for (size_t i = 0; i < cpu->count; i++) {
		const struct leaf *leaf = report_leaf(report, cpu->leaves[i].leaf);
		const struct cpuid_regs *regs = &cpu->leaves[i].regs;

		g_assert_nonnull(leaf);
		g_assert_cmphex(leaf->leaf, ==, cpu->leaves[i].leaf);
		assert_regs(&leaf->regs, regs->eax, regs->ebx, regs->ecx, regs->edx);
	}
}

static inline void assert_block(
	const struct report *report, size_t i, uint32_t base, enum hypervisor hypervisor, uint32_t max, uint32_t used)
{
	g_assert_cmpuint(i, <, report->block_count);
	g_assert_cmphex(report->blocks[i].base, ==, base);
	g_assert_cmpint(report->blocks[i].hypervisor, ==, hypervisor);
	g_assert_cmphex(report->blocks[i].max_leaf, ==, max);
	g_assert_cmphex(report->blocks[i].max_leaf_used, ==, used);
}

static inline void assert_problem(
	const struct report *report, size_t i, enum problem_kind kind, uint32_t first, uint32_t last, uint32_t count)
{
	g_assert_cmpuint(i, <, report->problem_count);
	g_assert_cmpint(report->problems[i].kind, ==, kind);
	g_assert_true(report->problems[i].about_leaf);
	g_assert_cmphex(report->problems[i].first, ==, first);
	g_assert_cmphex(report->problems[i].last, ==, last);
	g_assert_cmpuint(report->problems[i].count, ==, count);
}

#endif
