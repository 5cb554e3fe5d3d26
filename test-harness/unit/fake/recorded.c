/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/recorded.h"

#include <glib.h>

#include "core/judge/examine.h"
#include "core/leaves/discover.h"

void recorded_set(struct recorded *cpu, uint32_t leaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	g_assert_cmpuint(cpu->count, <, RECORDED_MAX);
	cpu->leaves[cpu->count++] = (struct leaf){ .leaf = leaf, .regs = { eax, ebx, ecx, edx } };
}

uint32_t recorded_word(const char *bytes)
{
	const uint8_t *b = (const uint8_t *)bytes;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

void recorded_base(struct recorded *cpu, uint32_t base, uint32_t eax, const char *signature)
{
	recorded_set(
		cpu, base, eax, recorded_word(signature), recorded_word(signature + 4), recorded_word(signature + 8));
}

void recorded_kvm(struct recorded *cpu, uint32_t base, uint32_t max, uint32_t features, uint32_t hints)
{
	recorded_set(cpu, base, max, 0x4b4d564b, 0x564b4d56, 0x0000004d);
	recorded_set(cpu, base + 1, features, 0, 0, hints);
}

void recorded_init(struct recorded *cpu, int vendor, enum missing missing, gboolean hypervisor_bit)
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

static const struct leaf *find_subleaf(const struct recorded *cpu, uint32_t leaf, uint32_t subleaf)
{
	for (size_t i = 0; i < cpu->count; i++)
		if (cpu->leaves[i].leaf == leaf && cpu->leaves[i].subleaf == subleaf)
			return &cpu->leaves[i];
	return NULL;
}

static const struct leaf *recorded_find(const struct recorded *cpu, uint32_t leaf)
{
	return find_subleaf(cpu, leaf, 0);
}

bool recorded_has(void *context, uint32_t leaf, uint32_t subleaf)
{
	return find_subleaf(context, leaf, subleaf) != NULL;
}

void recorded_subleaf(
	struct recorded *cpu, uint32_t leaf, uint32_t subleaf, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	recorded_set(cpu, leaf, eax, ebx, ecx, edx);
	cpu->leaves[cpu->count - 1].subleaf = subleaf;
}

static struct cpuid_regs recorded_missing(const struct recorded *cpu, uint32_t leaf)
{
	const struct leaf *zero = recorded_find(cpu, 0);
	const struct leaf *base = recorded_find(cpu, leaf & 0xffffff00);
	const struct leaf *found = NULL;
	struct cpuid_regs none = { 0 };

	if (cpu->missing == MISSING_ONES)
		return (struct cpuid_regs){ 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff };
	if (cpu->missing == MISSING_ALIAS && leaf >= 0x40000000)
		found = recorded_find(cpu, cpu->alias);
	/* A leaf that is not above the maximum of its range exists, and is zeros. */
	else if (cpu->missing == MISSING_TOP && !(leaf < 0x40000000 && leaf <= zero->regs.eax) &&
		 !(base != NULL && leaf >= 0x40000000 && leaf <= base->regs.eax))
		found = recorded_find(cpu, zero->regs.eax);
	return found != NULL ? found->regs : none;
}

struct cpuid_regs recorded_query(void *context, uint32_t leaf, uint32_t subleaf)
{
	struct recorded *cpu = context;
	const struct leaf *found = find_subleaf(cpu, leaf, subleaf);

	g_assert_cmpuint(cpu->asked_count, <, ASKED_MAX);
	cpu->asked[cpu->asked_count].leaf = leaf;
	cpu->asked[cpu->asked_count++].subleaf = subleaf;
	/* A subleaf that does not exist is zeros, in leaves 7 and 0xd (Intel SDM volume 2A). */
	if (found == NULL && subleaf != 0)
		return (struct cpuid_regs){ 0 };
	return found != NULL ? found->regs : recorded_missing(cpu, leaf);
}

unsigned recorded_times(const struct recorded *cpu, uint32_t leaf)
{
	unsigned times = 0;

	for (size_t i = 0; i < cpu->asked_count; i++)
		times += cpu->asked[i].leaf == leaf && cpu->asked[i].subleaf == 0;
	return times;
}

/* What holds for any machine: discover.h promises each leaf once with subleaf 0, and which leaves those are. */
static void assert_asked(const struct recorded *cpu)
{
	static const uint32_t extended[] = { 0x80000000, 0x80000001, 0x80000007, 0x80000008, 0x8000001f };

	for (size_t i = 0; i < cpu->asked_count; i++) {
		uint32_t leaf = cpu->asked[i].leaf;
		gboolean expected = leaf <= 0x4000ffff;

		for (size_t k = 0; k < G_N_ELEMENTS(extended); k++)
			expected |= leaf == extended[k];
		g_assert_true(expected);
		if (cpu->asked[i].subleaf == 0)
			g_assert_cmpuint(recorded_times(cpu, leaf), ==, 1);
		else
			g_assert_true(cpu->asked[i].subleaf == 1 && (leaf == 7 || leaf == 0xd));
	}
}

void recorded_discover(struct recorded *cpu, struct report *report)
{
	struct cpuid_source source = { recorded_query, cpu, recorded_has };

	*report = (struct report){ 0 };
	discover(&source, report);
	assert_asked(cpu);
}

void recorded_examine(struct recorded *cpu, struct report *report, const struct recorded_probe *probe)
{
	struct cpuid_source source = { recorded_query, cpu, recorded_has };
	const struct examination examination = {
		.cpu = &source,
		.probe = probe != NULL ? probe->run : NULL,
		.context = probe != NULL ? probe->context : NULL,
	};

	g_assert_true(examine(&examination, report));
	assert_asked(cpu);
}

void recorded_judge(struct recorded *cpu, struct report *report)
{
	*report = (struct report){ 0 };
	recorded_examine(cpu, report, NULL);
}

void assert_regs(const struct cpuid_regs *regs, uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
	g_assert_cmphex(regs->eax, ==, eax);
	g_assert_cmphex(regs->ebx, ==, ebx);
	g_assert_cmphex(regs->ecx, ==, ecx);
	g_assert_cmphex(regs->edx, ==, edx);
}

void assert_leaves(const struct report *report, const struct recorded *cpu)
{
	g_assert_cmpuint(report->leaf_count, ==, cpu->count);
	for (size_t i = 0; i < cpu->count; i++) {
		const struct cpuid_regs *regs = &cpu->leaves[i].regs;
		const struct leaf *leaf = NULL;

		for (size_t k = 0; k < report->leaf_count; k++)
			if (report->leaves[k].leaf == cpu->leaves[i].leaf &&
				report->leaves[k].subleaf == cpu->leaves[i].subleaf)
				leaf = &report->leaves[k];
		g_assert_nonnull(leaf);
		assert_regs(&leaf->regs, regs->eax, regs->ebx, regs->ecx, regs->edx);
	}
}

void assert_block(
	const struct report *report, size_t i, uint32_t base, enum hypervisor hypervisor, uint32_t max, uint32_t used)
{
	g_assert_cmpuint(i, <, report->block_count);
	g_assert_cmphex(report->blocks[i].base, ==, base);
	g_assert_cmpint(report->blocks[i].hypervisor, ==, hypervisor);
	g_assert_cmphex(report->blocks[i].max_leaf, ==, max);
	g_assert_cmphex(report->blocks[i].max_leaf_used, ==, used);
}

void assert_problem(
	const struct report *report, size_t i, enum problem_kind kind, uint32_t first, uint32_t last, uint32_t count)
{
	g_assert_cmpuint(i, <, report->problem_count);
	g_assert_cmpint(report->problems[i].kind, ==, kind);
	g_assert_true(report->problems[i].about_leaf);
	g_assert_cmphex(report->problems[i].first, ==, first);
	g_assert_cmphex(report->problems[i].last, ==, last);
	g_assert_cmpuint(report->problems[i].count, ==, count);
}