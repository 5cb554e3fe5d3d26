/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/vcpu_compare.h"

#include "core/base/text.h"
#include "core/leaves/confidential.h"
#include "core/leaves/cpu_features.h"

static const struct {
	uint32_t leaf, mask;
	uint8_t reg;
} per_cpu[] = {
#define PER_CPU(leaf, reg, mask) { (leaf), (mask), CPUID_##reg },
#define PER_CPU_BLOCK(hypervisor, offset, reg, mask)
#include "core/leaves/per_cpu.def"
};

static const struct {
	enum hypervisor hypervisor;
	uint32_t offset, mask;
	uint8_t reg;
} per_cpu_block[] = {
#define PER_CPU(leaf, reg, mask)
#define PER_CPU_BLOCK(hypervisor, offset, reg, mask) { HYPERVISOR_##hypervisor, (offset), (mask), CPUID_##reg },
#include "core/leaves/per_cpu.def"
};

/* The block that begins at this base, NULL for none. */
static const struct block *block_at(const struct report *report, uint32_t base)
{
	for (size_t i = 0; i < report->block_count; i++)
		if (report->blocks[i].base == base)
			return &report->blocks[i];
	return NULL;
}

/* The hypervisor in whose block the leaf is. */
static enum hypervisor hypervisor_of(const struct report *report, uint32_t leaf)
{
	const struct block *block = block_at(report, leaf - leaf % HYPERVISOR_BASE_STEP);

	return block != NULL ? block->hypervisor : HYPERVISOR_UNKNOWN;
}

uint32_t vcpus_comparable(const struct report *report, uint32_t leaf, int reg)
{
	enum hypervisor hypervisor = hypervisor_of(report, leaf);

	for (size_t i = 0; i < sizeof(per_cpu) / sizeof(per_cpu[0]); i++)
		if (per_cpu[i].leaf == leaf && per_cpu[i].reg == reg)
			return ~per_cpu[i].mask;
	for (size_t i = 0; i < sizeof(per_cpu_block) / sizeof(per_cpu_block[0]); i++)
		if (hypervisor != HYPERVISOR_UNKNOWN && per_cpu_block[i].hypervisor == hypervisor &&
			per_cpu_block[i].offset == leaf % HYPERVISOR_BASE_STEP && per_cpu_block[i].reg == reg)
			return ~per_cpu_block[i].mask;
	return UINT32_MAX;
}

/* theirs: a leaf of the first vCPU. */
static void compare_leaf(
	const struct report *first, const struct leaf *theirs, const struct cpuid_regs *ours, struct vcpu_slot *slot)
{
	if (bytes_equal(&theirs->regs, ours, sizeof(*ours)))
		return;
	for (int reg = 0; reg < CPUID_REGISTER_COUNT; reg++) {
		uint32_t a = cpuid_register_value(&theirs->regs, (enum cpuid_register)reg);
		uint32_t b = cpuid_register_value(ours, (enum cpuid_register)reg);

		if (((a ^ b) & vcpus_comparable(first, theirs->leaf, reg)) == 0)
			continue;
		if (slot->count < SLOT_DIFFERENCES_MAX) {
			slot->differences[slot->count].leaf = theirs->leaf;
			slot->differences[slot->count].subleaf = theirs->subleaf;
			slot->differences[slot->count].reg = (uint8_t)reg;
			slot->differences[slot->count].first = a;
			slot->differences[slot->count].value = b;
		}
		slot->count++;
	}
}

/* A leaf that does not exist may answer as the highest basic leaf does, in which each CPU has ids of its own. */
static bool is_echo(const struct cpuid_regs *regs, const struct cpuid_regs *top)
{
	return bytes_equal(regs, top, sizeof(*regs));
}

/* Compares the leaves of KVM's blocks, or all others. */
static void compare_leaves(const struct cpuid_source *cpu, const struct report *first, bool is_kvm,
	const struct cpuid_regs *top, struct vcpu_slot *slot)
{
	for (size_t i = 0; i < first->leaf_count; i++) {
		const struct leaf *theirs = &first->leaves[i];
		struct leaf ours = { .leaf = theirs->leaf, .subleaf = theirs->subleaf };

		if ((hypervisor_of(first, ours.leaf) == HYPERVISOR_KVM) != is_kvm)
			continue;
		ours.regs = cpu->query(cpu->context, ours.leaf, ours.subleaf);
		if (cpuid_has(cpu, ours.leaf, ours.subleaf))
			cpu_facts_add(&slot->cpu, &ours);
		/* On a CPU without extended leaves this one does not exist. */
		if (ours.leaf != (uint32_t)LEAF_EXTENDED || !is_echo(&ours.regs, top) ||
			!is_echo(&theirs->regs, &first->top))
			compare_leaf(first, theirs, &ours.regs, slot);
	}
}

void vcpus_compare(const struct cpuid_source *cpu, const struct report *first, struct vcpu_slot *slot)
{
	struct cpuid_regs regs, top = cpu->query(cpu->context, 0, 0);

	slot->count = 0;
	slot->cpu = (struct cpu_facts){ 0 };
	if (top.eax > 0)
		top = cpu->query(cpu->context, top.eax < HYPERVISOR_BASE_FIRST ? top.eax : 1, 0);
	/* KVM's leaves first: a slot has room for few differences, and KVM's are the important ones. */
	compare_leaves(cpu, first, true, &top, slot);
	compare_leaves(cpu, first, false, &top, slot);
	cpu_facts_end(&slot->cpu);
	for (uint32_t i = 0; i < HYPERVISOR_BASES; i++) {
		struct leaf base = { .leaf = HYPERVISOR_BASE_FIRST + i * HYPERVISOR_BASE_STEP,
			.regs = first->bases[i] };

		if (block_at(first, base.leaf) != NULL)
			continue;
		regs = cpu->query(cpu->context, base.leaf, 0);
		if (!is_echo(&regs, &top) || !is_echo(&base.regs, &first->top))
			compare_leaf(first, &base, &regs, slot);
	}
	slot->done = 1;
}

/* The row of this difference, which is a new one if no vCPU had it so far. NULL where all rows are taken. */
static struct vcpu_difference *row_of(struct report *report, const struct vcpu_difference *found)
{
	for (size_t i = 0; i < report->vcpu_difference_count; i++) {
		struct vcpu_difference *row = &report->vcpu_differences[i];

		if (row->leaf == found->leaf && row->subleaf == found->subleaf && row->reg == found->reg &&
			row->value == found->value)
			return row;
	}
	if (report->vcpu_difference_count == VCPU_DIFFERENCES_MAX)
		return NULL;
	report->vcpu_differences[report->vcpu_difference_count] = *found;
	return &report->vcpu_differences[report->vcpu_difference_count++];
}

void vcpus_collect(struct report *report, const struct vcpu_slot *slot)
{
	if (!slot->done) {
		vcpu_set_add(&report->vcpus_silent, slot->apic_id);
		return;
	}
	report->vcpus_checked++;
	cpu_facts_meet(&report->cpu, &slot->cpu);
	if (slot->count > 0)
		vcpu_set_add(&report->vcpus_differing, slot->apic_id);
	for (uint32_t i = 0; i < slot->count && i < SLOT_DIFFERENCES_MAX; i++) {
		struct vcpu_difference found = { .leaf = slot->differences[i].leaf,
			.subleaf = slot->differences[i].subleaf,
			.reg = slot->differences[i].reg,
			.first = slot->differences[i].first,
			.value = slot->differences[i].value };
		struct vcpu_difference *row = row_of(report, &found);

		if (row != NULL)
			vcpu_set_add(&row->vcpus, slot->apic_id);
		else
			report->vcpu_differences_dropped++;
	}
	if (slot->count > SLOT_DIFFERENCES_MAX)
		report->vcpu_differences_dropped += slot->count - SLOT_DIFFERENCES_MAX;
}
