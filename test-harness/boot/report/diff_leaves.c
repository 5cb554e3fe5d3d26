/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/diff_leaves.h"

#include "core/leaves/vcpu_compare.h"
#include "kvmleaf/kvm_abi.h"
#include "report/report_access.h"

enum { LEAF, SUBLEAF, EAX };

/*
 * Fills in the blocks of a core report, which is all zeros, from the JSON: vcpus_comparable() needs to know which
 * hypervisor has which base.
 */
static void blocks_of(const json_t *report, struct report *ret)
{
	size_t i;
	json_t *block;

	json_array_foreach (json_object_get(report, "blocks"), i, block) {
		const char *text = report_string_member(block, "signature");
		char signature[SIGNATURE_SIZE] = { 0 };

		if (ret->block_count == BLOCKS_MAX || text == NULL)
			continue;
		for (int c = 0; c < SIGNATURE_SIZE && text[c] != '\0'; c++)
			signature[c] = text[c];
		ret->blocks[ret->block_count++] = (struct block){ .base = report_hex_member(block, "base"),
			.hypervisor = hypervisor_by_signature(signature) };
	}
}

/*
 * Whether diff_reports compares this register by name: it does for a block's first leaf, and for the features and
 * timing of the lowest KVM block.
 */
static gboolean has_named_line(const struct report *report, uint32_t leaf, unsigned reg)
{
	gboolean is_lowest = TRUE;

	for (size_t i = 0; i < report->block_count; i++) {
		const struct block *block = &report->blocks[i];

		if (block->base == leaf)
			return TRUE;
		if (block->hypervisor != HYPERVISOR_KVM)
			continue;
		if (is_lowest && leaf == block->base + KVM_LEAF_FEATURES)
			return reg == 0 || reg == 3;
		if (is_lowest && leaf == block->base + KVM_LEAF_TIMING)
			return reg == 0 || reg == 1;
		is_lowest = FALSE;
	}
	/* The CPU's vendor (leaf 0) and signature (leaf 1 EAX) are compared by name too. */
	return (leaf == 0 && reg != 0) || (leaf == 1 && reg == 0);
}

static const json_t *row_of(const json_t *leaves, const json_t *like)
{
	size_t i;
	json_t *row;

	json_array_foreach (leaves, i, row) {
		if (json_equal(json_array_get(row, LEAF), json_array_get(like, LEAF)) &&
			json_equal(json_array_get(row, SUBLEAF), json_array_get(like, SUBLEAF)))
			return row;
	}
	return NULL;
}

static char *bits_of(uint32_t changed, uint32_t now)
{
	g_autoptr(GString) bits = g_string_new(NULL);

	for (uint32_t bit = 0; bit < 32; bit++)
		if ((changed >> bit) & 1)
			g_string_append_printf(bits, " %c%u", (now >> bit) & 1 ? '+' : '-', bit);
	return g_strdup(bits->str);
}

static void compare_rows(
	const struct report *report, const struct report *other, const json_t *a, const json_t *b, GPtrArray *lines)
{
	uint32_t leaf = report_hex(json_array_get(a, LEAF));
	uint32_t subleaf = report_hex(json_array_get(a, SUBLEAF));
	g_autofree char *number =
		subleaf != 0 ? g_strdup_printf("0x%08x subleaf %u", leaf, subleaf) : g_strdup_printf("0x%08x", leaf);

	for (unsigned reg = 0; reg < 4; reg++) {
		uint32_t before = report_hex(json_array_get(a, EAX + reg));
		uint32_t after = report_hex(json_array_get(b, EAX + reg));
		uint32_t changed = (before ^ after) & vcpus_comparable(report, leaf, (int)reg);
		g_autofree char *bits = NULL;

		/* The hypervisor bit is compared by name too. */
		if (leaf == 1 && reg == 2)
			changed &= ~(UINT32_C(1) << CPUID_LEAF1_ECX_HYPERVISOR);
		if (changed == 0 || has_named_line(report, leaf, reg) || has_named_line(other, leaf, reg))
			continue;
		bits = bits_of(changed, after);
		add_line(lines, "leaf %s %s: 0x%08x -> 0x%08x, bits%s", number,
			cpuid_register_key((enum cpuid_register)reg), before, after, bits);
	}
}

void diff_leaves(const json_t *a, const json_t *b, GPtrArray *lines)
{
	const json_t *leaves_b = json_object_get(b, "leaves");
	g_autofree struct report *report_a = g_new0(struct report, 1);
	g_autofree struct report *report_b = g_new0(struct report, 1);
	size_t i;
	json_t *row;

	blocks_of(a, report_a);
	blocks_of(b, report_b);
	json_array_foreach (json_object_get(a, "leaves"), i, row) {
		const json_t *other = row_of(leaves_b, row);

		if (other != NULL)
			compare_rows(report_a, report_b, row, other, lines);
	}
}
