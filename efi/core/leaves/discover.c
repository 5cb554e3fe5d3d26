/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scan follows Linux's (arch/x86/include/asm/cpuid/api.h), but looks at every base and does not stop at the first
 * match, since several blocks may exist (QEMU's docs/system/i386/hyperv.rst). Leaves that do not exist answer in
 * several ways: KVM, for a guest whose vendor is neither AMD nor Hygon, and QEMU's TCG for any vendor, return the
 * highest basic leaf; bhyve repeats its block at every base; others return zeros. So only a signature makes a block.
 */
#include "core/leaves/discover.h"

#include "core/base/text.h"
#include "core/leaves/confidential.h"
#include "core/leaves/cpu_features.h"
#include "core/leaves/tsc.h"

struct scan {
	const struct cpuid_source *cpu;
	struct report *report;
	struct cpuid_regs top; /* the highest basic leaf */
};

enum { LEAF_FEATURES = 0x07, LEAF_XSAVE = 0x0d };

/*
 * Asks for subleaf 0, except in read_subleaf(): where a missing leaf is answered with the highest basic leaf, any other
 * number could select another subleaf of that leaf, and the answer would not be recognised.
 */
static struct cpuid_regs query(const struct scan *scan, uint32_t leaf)
{
	return scan->cpu->query(scan->cpu->context, leaf, 0);
}

/* What only KVM's block may take, so that many or large blocks below it leave room for it in the report. */
enum { LEAVES_KEPT_FOR_KVM = 32, BLOCKS_KEPT_FOR_KVM = 1 };

static void record(struct report *report, uint32_t leaf, const struct cpuid_regs *regs, bool is_kvm)
{
	if (report->leaf_count >= (is_kvm ? LEAVES_MAX : LEAVES_MAX - LEAVES_KEPT_FOR_KVM))
		report_leaf_problem(report, PROBLEM_LEAVES_DROPPED, leaf, &(struct cpuid_regs){ 0 });
	else
		report->leaves[report->leaf_count++] = (struct leaf){ .leaf = leaf, .regs = *regs };
}

/* Records a leaf that the CPU has, unless this is a recording that lacks it. */
static void read_leaf(struct scan *scan, uint32_t leaf)
{
	struct cpuid_regs regs;

	if (!cpuid_has(scan->cpu, leaf, 0))
		return;
	regs = query(scan, leaf);
	record(scan->report, leaf, &regs, false);
}

static bool is_zero(const struct cpuid_regs *regs)
{
	return (regs->eax | regs->ebx | regs->ecx | regs->edx) == 0;
}

/* Records subleaf 1 of a leaf that the CPU has, if it says anything. */
static void read_subleaf(struct scan *scan, uint32_t leaf)
{
	struct report *report = scan->report;
	struct cpuid_regs regs = scan->cpu->query(scan->cpu->context, leaf, 1);

	if (is_zero(&regs))
		return;
	record(report, leaf, &regs, false);
	report->leaves[report->leaf_count - 1].subleaf = 1;
}

static void copy_register(char *destination, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		destination[i] = (char)(value >> (8 * i));
}

/*
 * Leaves that say what the CPU offers. They are recorded even where they are all zeros, which is an answer too. The
 * highest basic leaf was recorded before.
 */
static void read_feature_leaves(struct scan *scan, uint32_t max)
{
	const struct leaf *features;

	if (max > LEAF_FEATURES)
		read_leaf(scan, LEAF_FEATURES);
	features = report_leaf(scan->report, LEAF_FEATURES);
	if (features != NULL && features->regs.eax >= 1)
		read_subleaf(scan, LEAF_FEATURES);
	if (max > LEAF_XSAVE)
		read_leaf(scan, LEAF_XSAVE);
	if (max >= LEAF_XSAVE)
		read_subleaf(scan, LEAF_XSAVE);
}

/* Basic leaves up to the highest, which was read before. */
static void read_tsc_leaves(struct scan *scan, uint32_t max)
{
	static const uint8_t leaves[] = { LEAF_TSC_RATIO, LEAF_CPU_MHZ };

	for (size_t i = 0; i < sizeof(leaves) && leaves[i] < max; i++) {
		struct cpuid_regs regs = query(scan, leaves[i]);

		if (tsc_leaf_tells(leaves[i], &regs))
			record(scan->report, leaves[i], &regs, false);
	}
}

static void read_basic_leaves(struct scan *scan)
{
	struct report *report = scan->report;
	struct cpuid_regs regs = query(scan, 0);
	uint32_t max = regs.eax;

	record(report, 0, &regs, false);
	/* The vendor's text in leaf 0 is in EBX, EDX, ECX; a hypervisor's signature is in EBX, ECX, EDX. */
	copy_register(report->cpu_vendor, regs.ebx);
	copy_register(report->cpu_vendor + 4, regs.edx);
	copy_register(report->cpu_vendor + 8, regs.ecx);
	if (max >= HYPERVISOR_BASE_FIRST) {
		report_leaf_problem(report, PROBLEM_BASIC_MAX_LEAF, 0, &regs);
		max = 1;
	}
	if (max >= 1) {
		regs = query(scan, 1);
		record(report, 1, &regs, false);
		report->cpu_signature = regs.eax;
		report->hypervisor_bit = (regs.ecx >> CPUID_LEAF1_ECX_HYPERVISOR) & 1;
	}
	if (max > 1) {
		regs = query(scan, max);
		if (cpuid_has(scan->cpu, max, 0))
			record(report, max, &regs, false);
	}
	scan->top = regs;
	report->top = regs;
	read_feature_leaves(scan, max);
	read_tsc_leaves(scan, max);
	if (max > LEAF_TDX) {
		regs = query(scan, LEAF_TDX);
		if (confidential_is_tdx(&regs))
			record(report, LEAF_TDX, &regs, false);
	}
}

/*
 * Features, the invariant TSC, and the width of addresses. Where leaf 0x80000000 gives no maximum of its range, the CPU
 * has no extended leaves, and then only that leaf is recorded.
 */
static void read_extended_leaves(struct scan *scan)
{
	static const uint32_t leaves[] = { 0x80000001, (uint32_t)LEAF_TSC_INVARIANT, 0x80000008 };
	const uint32_t extended = (uint32_t)LEAF_EXTENDED;
	struct report *report = scan->report;
	struct cpuid_regs max, sev;

	if (!cpuid_has(scan->cpu, extended, 0))
		return;
	max = query(scan, extended);
	record(report, extended, &max, false);
	if (max.eax - extended >= 0x10000)
		return;
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		if (max.eax >= leaves[i])
			read_leaf(scan, leaves[i]);
	if (max.eax < (uint32_t)LEAF_SEV)
		return;
	sev = query(scan, (uint32_t)LEAF_SEV);
	if (confidential_has_sev(&sev))
		record(report, (uint32_t)LEAF_SEV, &sev, false);
}

static bool inside_block(uint32_t base, uint32_t leaf)
{
	return leaf >= base && leaf < base + HYPERVISOR_BASE_STEP;
}

/* Printable ASCII, then nothing but NULs; at least one character that is not a space. */
static bool is_printable(const char *signature)
{
	bool ended = false;
	bool visible = false;

	for (int i = 0; i < SIGNATURE_SIZE; i++) {
		char c = signature[i];

		if (c == '\0') {
			ended = true;
			continue;
		}
		if (ended || c < ' ' || c > '~')
			return false;
		visible |= c != ' ';
	}
	return visible;
}

/*
 * Whether these registers only repeat a lower block: that block's base answered with the same ones, and their maximum
 * leaf lies outside the block that would begin here.
 */
static bool is_alias(const struct report *report, uint32_t base, const struct cpuid_regs *regs)
{
	if (inside_block(base, regs->eax))
		return false;
	for (size_t i = 0; i < report->block_count; i++) {
		uint32_t number = (report->blocks[i].base - HYPERVISOR_BASE_FIRST) / HYPERVISOR_BASE_STEP;

		if (bytes_equal(&report->bases[number], regs, sizeof(*regs)))
			return true;
	}
	return false;
}

static void set_max_leaf(struct report *report, struct block *block, const struct cpuid_regs *regs)
{
	block->max_leaf = regs->eax;
	block->max_leaf_used = regs->eax;
	if (inside_block(block->base, regs->eax))
		return;
	/* KVM before Linux 3.10 and QEMU before 2.1 report 0 there, which means base+1 (KVM's cpuid.rst). */
	block->max_leaf_used = block->base + KVM_LEAF_FEATURES;
	if (regs->eax != 0)
		report_leaf_problem(report, PROBLEM_MAX_LEAF, block->base, regs);
}

static void read_block(struct scan *scan, struct block *block)
{
	struct report *report = scan->report;

	for (uint32_t leaf = block->base + 1; leaf <= block->max_leaf_used; leaf++) {
		struct cpuid_regs regs = query(scan, leaf);

		record(report, leaf, &regs, block->hypervisor == HYPERVISOR_KVM);
		if (leaf == block->base + 1 && block->hypervisor != HYPERVISOR_KVM)
			block->hyperv_interface = regs.eax == HYPERV_INTERFACE;
	}
}

static void look_at_base(struct scan *scan, uint32_t number)
{
	struct report *report = scan->report;
	uint32_t base = HYPERVISOR_BASE_FIRST + number * HYPERVISOR_BASE_STEP;
	struct cpuid_regs regs = query(scan, base);
	struct block block = { .base = base };
	bool is_kvm, unlikely;

	report->bases[number] = regs;
	if (is_zero(&regs))
		return;
	copy_register(block.signature, regs.ebx);
	copy_register(block.signature + 4, regs.ecx);
	copy_register(block.signature + 8, regs.edx);
	block.hypervisor = hypervisor_by_signature(block.signature);
	is_kvm = block.hypervisor == HYPERVISOR_KVM;
	unlikely = !is_printable(block.signature) || (regs.eax != 0 && !inside_block(base, regs.eax));

	if (bytes_equal(&regs, &scan->top, sizeof(regs))) {
		report_leaf_problem(report, PROBLEM_TOP_LEAF_ECHO, base, &regs);
	} else if (is_alias(report, base, &regs)) {
		report_leaf_problem(report, PROBLEM_ALIAS, base, &regs);
	} else if (block.hypervisor == HYPERVISOR_UNKNOWN && unlikely) {
		report_leaf_problem(report, PROBLEM_NOT_A_SIGNATURE, base, &regs);
	} else if (report->block_count >= (is_kvm ? BLOCKS_MAX : BLOCKS_MAX - BLOCKS_KEPT_FOR_KVM)) {
		report_leaf_problem(report, PROBLEM_BLOCKS_DROPPED, base, &regs);
	} else {
		set_max_leaf(report, &block, &regs);
		record(report, base, &regs, is_kvm);
		read_block(scan, &block);
		report->blocks[report->block_count++] = block;
	}
}

void discover(const struct cpuid_source *cpu, struct report *report)
{
	struct scan scan = { .cpu = cpu, .report = report };

	read_basic_leaves(&scan);
	read_extended_leaves(&scan);
	for (uint32_t i = 0; i < HYPERVISOR_BASES; i++)
		look_at_base(&scan, i);
	for (size_t i = 0; i < report->leaf_count; i++)
		cpu_facts_add(&report->cpu, &report->leaves[i]);
	cpu_facts_end(&report->cpu);
}
