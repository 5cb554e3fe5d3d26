/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/vcpus_output.h"

#include "core/base/json.h"
#include "core/output/table_row.h"
#include "core/output/vcpu_set_output.h"

static bool is_hypervisor_bit(const struct vcpu_difference *difference, uint32_t bit)
{
	return difference->leaf == 1 && difference->reg == CPUID_ECX && bit == CPUID_LEAF1_ECX_HYPERVISOR;
}

/* Whether a vCPU is in both sets. */
static bool have_one_in_common(const struct vcpu_set *a, const struct vcpu_set *b)
{
	for (uint32_t i = 0; i < a->range_count; i++)
		for (uint32_t k = 0; k < b->range_count; k++)
			if (a->ranges[i].first <= b->ranges[k].last && b->ranges[k].first <= a->ranges[i].last)
				return true;
	return false;
}

/*
 * Whether the difference is in KVM's feature leaf. It is not where one of its vCPUs has another signature at the base:
 * there the leaf means something else.
 */
static bool is_feature_leaf(const struct report *report, const struct vcpu_difference *difference)
{
	if (!report->kvm.present || difference->leaf != report->kvm.base + KVM_LEAF_FEATURES)
		return false;
	for (size_t i = 0; i < report->vcpu_difference_count; i++)
		if (report->vcpu_differences[i].leaf == report->kvm.base &&
			report->vcpu_differences[i].reg != CPUID_EAX &&
			have_one_in_common(&report->vcpu_differences[i].vcpus, &difference->vcpus))
			return false;
	return true;
}

/* The name of a bit that differs; NULL for a bit that does not differ or that has no name. */
static const char *bit_name(const struct report *report, const struct vcpu_difference *difference, uint32_t bit)
{
	int reg = difference->reg == CPUID_EAX ? KVM_EAX : difference->reg == CPUID_EDX ? KVM_EDX : -1;

	if ((((difference->first ^ difference->value) >> bit) & 1) == 0)
		return NULL;
	if (is_hypervisor_bit(difference, bit))
		return "hypervisor";
	if (!is_feature_leaf(report, difference))
		return NULL;
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].reg == reg && kvm_features[i].bit == bit)
			return kvm_features[i].name;
	return NULL;
}

static void json_difference(struct text *json, const struct report *report, const struct vcpu_difference *difference)
{
	json_separator(json);
	text_string(json, "\n {");
	json_key(json, "leaf");
	json_hex32(json, difference->leaf);
	if (difference->subleaf != 0) {
		json_key(json, "subleaf");
		json_hex32(json, difference->subleaf);
	}
	json_key(json, "register");
	json_name(json, cpuid_register_key((enum cpuid_register)difference->reg));
	json_key(json, "first");
	json_hex32(json, difference->first);
	json_key(json, "value");
	json_hex32(json, difference->value);
	json_key(json, "names");
	text_char(json, '[');
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = bit_name(report, difference, bit);

		if (name == NULL)
			continue;
		json_separator(json);
		json_name(json, name);
	}
	text_char(json, ']');
	json_vcpu_set(json, &difference->vcpus);
	text_char(json, '}');
}

static void json_named_set(struct text *json, const char *key, const struct vcpu_set *set)
{
	if (set->count == 0)
		return;
	json_key(json, key);
	text_char(json, '{');
	json_vcpu_set(json, set);
	text_char(json, '}');
}

void vcpus_json(struct text *json, const struct report *report, bool whole)
{
	json_top_key(json, "vcpus");
	text_char(json, '{');
	json_key(json, "count");
	text_decimal(json, report->vcpu_count);
	json_key(json, "checked");
	text_decimal(json, report->vcpus_checked);
	if (report->probe.run) {
		json_key(json, "probed");
		text_decimal(json, 1 + report->probe.vcpus_probed);
	}
	if (report->probe.differences_dropped > 0) {
		json_key(json, "others_dropped");
		text_decimal(json, report->probe.differences_dropped);
	}
	json_key(json, "differing");
	text_char(json, '[');
	for (size_t i = 0; i < report->vcpu_difference_count && whole; i++)
		json_difference(json, report, &report->vcpu_differences[i]);
	text_char(json, ']');
	if (report->vcpu_differences_dropped > 0) {
		json_key(json, "differing_dropped");
		text_decimal(json, report->vcpu_differences_dropped);
	}
	json_named_set(json, "silent", &report->vcpus_silent);
	json_named_set(json, "unprobed", &report->probe.vcpus_late);
	text_char(json, '}');
}

static void difference_lines(struct text *out, const struct report *report, const struct vcpu_difference *difference)
{
	text_string(out, "DIFFERS: ");
	text_vcpu_set(out, &difference->vcpus);
	text_string(out, "\r\n    ");
	text_hex32(out, difference->leaf);
	if (difference->subleaf != 0) {
		text_string(out, " subleaf ");
		text_decimal(out, difference->subleaf);
	}
	text_char(out, ' ');
	text_string(out, cpuid_register_name((enum cpuid_register)difference->reg));
	text_char(out, '=');
	text_hex32(out, difference->value);
	text_string(out, ", the first has ");
	text_hex32(out, difference->first);
	row_end(out);
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = bit_name(report, difference, bit);

		if (name == NULL)
			continue;
		text_string(out, (difference->value >> bit) & 1 ? "    set: " : "    clear: ");
		text_string(out, name);
		row_end(out);
	}
}

static void silent_line(struct text *out, const struct vcpu_set *set, const char *what)
{
	if (set->count == 0)
		return;
	text_string(out, "SILENT: ");
	text_vcpu_set(out, set);
	text_string(out, what);
}

void vcpus_table(struct text *out, const struct report *report)
{
	for (size_t i = 0; i < report->vcpu_difference_count; i++)
		difference_lines(out, report, &report->vcpu_differences[i]);
	if (report->vcpu_differences_dropped > 0) {
		text_string(out, "DIFFERS: more, not listed: ");
		text_decimal(out, report->vcpu_differences_dropped);
		row_end(out);
	}
	silent_line(out, &report->vcpus_silent, " did not answer in time\r\n");
	silent_line(out, &report->probe.vcpus_late, " did not end the probe in time\r\n");
}
