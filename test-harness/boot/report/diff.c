/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/diff.h"

#include <string.h>

#include "base/error.h"
#include "core/base/kvm_names.h"
#include "kvmleaf/kvm_abi.h"
#include "report/diff_leaves.h"
#include "report/read_report.h"
#include "report/report_access.h"

/* Two reports, or the same part of both, and the lines for their differences. */
struct pair {
	const json_t *a, *b;
	GPtrArray *lines;
};

static struct pair part(const struct pair *pair, const char *key)
{
	return (struct pair){ json_object_get(pair->a, key), json_object_get(pair->b, key), pair->lines };
}

/* A value as text: a string without its quotes, other values as JSON; to be freed. */
static char *value_text(const json_t *value)
{
	g_autofree char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	if (value == NULL)
		return g_strdup("absent");
	return json_is_string(value) ? g_strdup(json_string_value(value)) : g_strdup(dumped);
}

static void compare_values(const struct pair *pair, const char *name)
{
	g_autofree char *a = value_text(pair->a);
	g_autofree char *b = value_text(pair->b);

	if ((pair->a != NULL || pair->b != NULL) && !json_equal(pair->a, pair->b))
		add_line(pair->lines, "%s: %s -> %s", name, a, b);
}

static void compare_key(const struct pair *pair, const char *key, const char *name)
{
	struct pair values = part(pair, key);

	compare_values(&values, name);
}

/* Compares only where both reports have the key. */
static void compare_known(const struct pair *pair, const char *key, const char *name)
{
	if (json_object_get(pair->a, key) != NULL && json_object_get(pair->b, key) != NULL)
		compare_key(pair, key, name);
}

static void compare_word(const struct pair *kvm, enum kvm_register reg)
{
	const char *key = cpuid_register_key(kvm_register_of(reg));
	uint32_t a = report_hex_member(kvm->a, key);
	uint32_t b = report_hex_member(kvm->b, key);

	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = "unknown bit";
		const char *qemu = "";

		if ((((a ^ b) >> bit) & 1) == 0)
			continue;
		for (size_t i = 0; i < kvm_feature_count; i++) {
			if (kvm_features[i].reg != reg || kvm_features[i].bit != bit)
				continue;
			name = kvm_features[i].name;
			qemu = kvm_features[i].qemu;
		}
		add_line(kvm->lines, "%s (%s bit %u%s%s): %s -> %s", name, report_register(reg), bit,
			*qemu != '\0' ? ", " : "", qemu, (a >> bit) & 1 ? "on" : "off", (b >> bit) & 1 ? "on" : "off");
	}
}

static void compare_kvm(const struct pair *reports)
{
	struct pair kvm = part(reports, "kvm");

	if (!json_is_null(kvm.a) && !json_is_null(kvm.b))
		compare_key(&kvm, "base", "KVM's base");
	compare_word(&kvm, KVM_EAX);
	compare_word(&kvm, KVM_EDX);
	compare_key(&kvm, "tsc_khz", "KVM's TSC kHz");
	compare_key(&kvm, "apic_khz", "KVM's APIC bus kHz");
}

/* Compares the hypervisors at a base, and where these are the same, everything else that the blocks have. */
static void compare_block(const struct pair *blocks, const char *base)
{
	struct pair block = { report_row(blocks->a, "base", base), report_row(blocks->b, "base", base), blocks->lines };
	json_t *keys = json_object();
	const char *key;
	json_t *value;

	if (!json_equal(json_object_get(block.a, "hypervisor"), json_object_get(block.b, "hypervisor"))) {
		g_autofree char *name = g_strdup_printf("block %s", base);

		compare_key(&block, "hypervisor", name);
		json_decref(keys);
		return;
	}
	(void)json_object_update(keys, (json_t *)block.a);
	(void)json_object_update(keys, (json_t *)block.b);
	json_object_foreach (keys, key, value) {
		g_autofree char *name = g_strdup_printf("block %s %s", base, key);

		if (strcmp(key, "signature_hex") != 0 && strcmp(key, "max_leaf_used") != 0)
			compare_key(&block, key, name);
	}
	json_decref(keys);
}

/* Whether the report's "missing" has this part: the variable store had no room for it. */
static gboolean lacks(const json_t *report, const char *part)
{
	size_t i;
	json_t *name;

	json_array_foreach (json_object_get(report, "missing"), i, name) {
		if (g_strcmp0(json_string_value(name), part) == 0)
			return TRUE;
	}
	return FALSE;
}

static void compare_blocks(const struct pair *reports)
{
	struct pair blocks = part(reports, "blocks");
	size_t i;
	json_t *block;

	/* Blocks that were left out for want of room may exist all the same. */
	if (lacks(reports->a, "blocks") || lacks(reports->b, "blocks"))
		return;

	json_array_foreach (blocks.a, i, block) {
		const char *base = report_string_member(block, "base");

		if (report_row(blocks.b, "base", base) != NULL)
			compare_block(&blocks, base);
		else
			add_line(blocks.lines, "block %s: %s -> absent", base,
				report_string_member(block, "hypervisor"));
	}
	json_array_foreach (blocks.b, i, block) {
		const char *base = report_string_member(block, "base");

		if (report_row(blocks.a, "base", base) == NULL)
			add_line(blocks.lines, "block %s: absent -> %s", base,
				report_string_member(block, "hypervisor"));
	}
}

static void compare_probes(const struct pair *reports)
{
	struct pair probe = part(reports, "probe");

	for (size_t i = 0; i < kvm_feature_count && probe.a != NULL && probe.b != NULL; i++) {
		const char *a = report_string_member(report_row(probe.a, "feature", kvm_features[i].name), "result");
		const char *b = report_string_member(report_row(probe.b, "feature", kvm_features[i].name), "result");

		if (g_strcmp0(a, b) != 0)
			add_line(probe.lines, "%s, probed: %s -> %s", kvm_features[i].name, a ?: "absent",
				b ?: "absent");
	}
}

/* vCPU counts and problems are compared only between reports of the same source: a dump may lack some of them. */
static void compare_vcpus_and_problems(const struct pair *reports)
{
	struct pair vcpus = part(reports, "vcpus");

	compare_key(&vcpus, "differing", "vCPUs that differ");
	if (!json_equal(json_object_get(reports->a, "source"), json_object_get(reports->b, "source")))
		return;
	compare_key(&vcpus, "count", "vCPUs");
	compare_key(&vcpus, "silent", "silent vCPUs");
	if (!lacks(reports->a, "problems") && !lacks(reports->b, "problems"))
		compare_key(reports, "problems", "problems");
}

/* The level is null where the report lacks a leaf that it needs: then nothing can be compared. */
static void compare_level(const struct pair *cpu)
{
	if (json_is_string(json_object_get(cpu->a, "level")) && json_is_string(json_object_get(cpu->b, "level")))
		compare_key(cpu, "level", "x86-64 level");
}

GPtrArray *diff_reports(const json_t *a, const json_t *b)
{
	struct pair reports = { a, b, g_ptr_array_new_with_free_func(g_free) };
	struct pair cpu = part(&reports, "cpu");
	struct pair confidential = part(&reports, "confidential");
	struct pair listening = part(&reports, "listening");

	/* Rows are found by their first match, so a damaged report with a row twice would otherwise differ from itself.
	 */
	if (json_equal(a, b))
		return reports.lines;
	compare_key(&reports, "verdict", "verdict");
	compare_key(&reports, "hypervisor_bit", "hypervisor bit");
	compare_key(&cpu, "vendor", "CPU vendor");
	compare_key(&cpu, "signature", "CPU signature");
	compare_level(&cpu);
	compare_known(&reports, "secure_boot", "Secure Boot");
	compare_known(&listening, "kvm_answers", "KVM answers hypercalls");
	compare_key(&confidential, "supported", "confidential guests supported");
	compare_known(&confidential, "active", "confidential guest");
	compare_blocks(&reports);
	compare_kvm(&reports);
	diff_leaves(a, b, reports.lines);
	compare_probes(&reports);
	compare_vcpus_and_problems(&reports);
	return reports.lines;
}

static json_t *load(const char *path, GError **error)
{
	g_autofree char *report = read_report(path, error);

	return report != NULL ? json_loads(report, 0, NULL) : NULL;
}

int diff_print(const char *path_a, const char *path_b, GError **error)
{
	json_t *a = load(path_a, error);
	json_t *b = a != NULL ? load(path_b, error) : NULL;
	int status = BOOT_USAGE;

	if (b != NULL) {
		g_autoptr(GPtrArray) lines = diff_reports(a, b);

		for (guint i = 0; i < lines->len; i++)
			g_print("%s\n", (const char *)g_ptr_array_index(lines, i));
		status = lines->len == 0 ? BOOT_PASS : BOOT_FAILED;
	}
	json_decref(a);
	json_decref(b);
	return status;
}
