/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/raw.h"

#include "base/error.h"
#include "core/report/report.h"
#include "report/report_access.h"

enum { LEAF, SUBLEAF, EAX };
enum { VCPUS_MAX = 4096 };                            /* KVM_MAX_VCPUS; limits the output for a forged report */
enum { LEAF_TOPOLOGY = 0xb, LEAF_TOPOLOGY_2 = 0x1f }; /* EDX: x2APIC id */

static gboolean has_id(const json_t *row, uint32_t id)
{
	size_t i;
	json_t *range;

	json_array_foreach (json_object_get(row, "apic_ids"), i, range) {
		if (report_hex(json_array_get(range, 0)) <= id && id <= report_hex(json_array_get(range, 1)))
			return TRUE;
	}
	return FALSE;
}

/* The row with this vCPU's value of a register that differs from the first vCPU's; NULL where it does not differ. */
static const json_t *own_value(const json_t *differing, uint32_t id, uint32_t leaf, uint32_t subleaf, unsigned reg)
{
	size_t i;
	json_t *row;

	json_array_foreach (differing, i, row) {
		if (report_hex_member(row, "leaf") == leaf && report_hex_member(row, "subleaf") == subleaf &&
			has_id(row, id) &&
			g_strcmp0(report_string_member(row, "register"),
				cpuid_register_key((enum cpuid_register)reg)) == 0)
			return row;
	}
	return NULL;
}

static void add_row(GString *text, const json_t *row, const json_t *differing, uint32_t id)
{
	uint32_t leaf = report_hex(json_array_get(row, LEAF));
	uint32_t subleaf = report_hex(json_array_get(row, SUBLEAF));
	uint32_t regs[4];

	for (unsigned reg = 0; reg < 4; reg++) {
		const json_t *own = own_value(differing, id, leaf, subleaf, reg);

		regs[reg] = own != NULL ? report_hex_member(own, "value") : report_hex(json_array_get(row, EAX + reg));
	}
	/* The report lists no APIC ids as differences, but a dump has them. Those of the first vCPU are in its
	 * registers. */
	if (leaf == 1 && differing != NULL)
		regs[1] = (regs[1] & 0x00ffffff) | id << 24;
	else if ((leaf == LEAF_TOPOLOGY || leaf == LEAF_TOPOLOGY_2) && differing != NULL)
		regs[3] = id;
	g_string_append_printf(text, "   0x%08x 0x%02x: eax=0x%08x ebx=0x%08x ecx=0x%08x edx=0x%08x\n", leaf, subleaf,
		regs[0], regs[1], regs[2], regs[3]);
}

static gboolean has_leaf(const json_t *leaves, uint32_t leaf)
{
	size_t i;
	json_t *row;

	json_array_foreach (leaves, i, row) {
		if (report_hex(json_array_get(row, LEAF)) == leaf)
			return TRUE;
	}
	return FALSE;
}

/*
 * Adds the leaves that only this vCPU has, and that are not among the report's leaves: each once, although it has a row
 * for each register that is not 0.
 */
static void add_own_leaves(GString *text, const json_t *leaves, const json_t *differing, uint32_t id)
{
	json_t *written = json_array();
	size_t i;
	json_t *row;

	json_array_foreach (differing, i, row) {
		uint32_t leaf = report_hex_member(row, "leaf");
		json_t *empty;

		if (!has_id(row, id) || has_leaf(leaves, leaf) || has_leaf(written, leaf))
			continue;
		empty = json_pack(
			"[O, s, s, s, s, s]", json_object_get(row, "leaf"), "0x0", "0x0", "0x0", "0x0", "0x0");
		add_row(text, empty, differing, id);
		(void)json_array_append_new(written, empty);
	}
	json_decref(written);
}

static void add_cpu(GString *text, unsigned number, const json_t *leaves, const json_t *differing, uint32_t id)
{
	size_t i;
	json_t *row;

	g_string_append_printf(text, "CPU %u:\n", number);
	json_array_foreach (leaves, i, row) {
		add_row(text, row, differing, id);
	}
	add_own_leaves(text, leaves, differing, id);
}

/* The lowest APIC id, from this one on, in any row; FALSE where there is none. */
static gboolean next_id(const json_t *differing, guint64 from, uint32_t *ret_id)
{
	guint64 best = G_MAXUINT64;
	size_t i, k;
	json_t *row, *range;

	json_array_foreach (differing, i, row) {
		json_array_foreach (json_object_get(row, "apic_ids"), k, range) {
			guint64 id = MAX(from, report_hex(json_array_get(range, 0)));

			if (id <= report_hex(json_array_get(range, 1)))
				best = MIN(best, id);
		}
	}
	*ret_id = (uint32_t)best;
	return best != G_MAXUINT64;
}

char *raw_text(const char *report, GError **error)
{
	json_t *root = json_loads(report, 0, NULL);
	const json_t *leaves = json_object_get(root, "leaves");
	const json_t *differing = json_object_get(json_object_get(root, "vcpus"), "differing");
	json_int_t count = json_integer_value(json_object_get(json_object_get(root, "vcpus"), "count"));
	g_autoptr(GString) text = g_string_new(NULL);
	uint32_t id = 0;
	guint64 from = 0;

	if (json_array_size(leaves) == 0)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "the report has no leaves: there was no room for them");
	else if (json_array_size(leaves) > LEAVES_MAX || json_array_size(differing) > VCPU_DIFFERENCES_MAX)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE,
			"the report has more than %d leaves or %d differences, which kvmleaf does not write",
			LEAVES_MAX, VCPU_DIFFERENCES_MAX);
	else
		add_cpu(text, 0, leaves, NULL, 0);
	for (unsigned number = 1; text->len > 0 && next_id(differing, from, &id); number++) {
		if (number >= VCPUS_MAX || number >= count) {
			g_set_error(error, BOOT_ERROR, BOOT_USAGE,
				"the report has more vCPUs that differ than vCPUs, or more than %d", VCPUS_MAX);
			g_string_truncate(text, 0);
			break;
		}
		add_cpu(text, number, leaves, differing, id);
		from = (guint64)id + 1;
	}
	json_decref(root);
	return text->len > 0 ? g_strdup(text->str) : NULL;
}
