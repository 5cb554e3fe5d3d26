/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/report_json.h"

#include "core/base/json.h"
#include "core/leaves/block_facts.h"
#include "core/output/confidential_output.h"
#include "core/output/cpu_output.h"
#include "core/output/forecast_output.h"
#include "core/output/probe_output.h"
#include "core/output/tsc_output.h"
#include "core/output/vcpus_output.h"
#include "kvmleaf/report_variable.h"
#include "kvmleaf/version.h"

/* What is left out, one after the other, until the document fits. The names are those of "missing" in the schema. */
enum detail {
	WHOLE,
	WITHOUT_FORECAST,
	WITHOUT_OTHER_LEAVES,
	WITHOUT_PROBE_STEPS,
	WITHOUT_LEAVES,
	WITHOUT_PROBLEMS,
	WITHOUT_BLOCKS,
	WITHOUT_VCPUS,
	DETAILS,
};
static const char *const missing_names[] = {
	[WITHOUT_FORECAST] = "forecast",
	[WITHOUT_OTHER_LEAVES] = "leaves-outside-kvm",
	[WITHOUT_PROBE_STEPS] = "probe-steps",
	[WITHOUT_LEAVES] = "leaves",
	[WITHOUT_PROBLEMS] = "problems",
	[WITHOUT_BLOCKS] = "blocks",
	[WITHOUT_VCPUS] = "differing-vcpus",
};

static void json_registers(struct text *json, const struct cpuid_regs *regs)
{
	for (int reg = 0; reg < CPUID_REGISTER_COUNT; reg++) {
		json_separator(json);
		json_hex32(json, cpuid_register_value(regs, (enum cpuid_register)reg));
	}
}

/* Without the NULs that pad it to 12 bytes. */
static void json_signature(struct text *json, const char *signature)
{
	size_t length = SIGNATURE_SIZE;

	while (length > 0 && signature[length - 1] == '\0')
		length--;
	json_quoted(json, signature, length);
}

static void json_head(struct text *json, const struct report *report)
{
	text_char(json, '{');
	json_key(json, "schema");
	json_name(json, REPORT_SCHEMA);
	json_key(json, "version");
	json_name(json, KVMLEAF_VERSION);
	json_key(json, "source");
	json_name(json, report_source_name(report->source));
	json_top_key(json, "verdict");
	json_name(json, verdict_name(report->verdict));
	json_key(json, "hypervisor_bit");
	json_bool(json, report->hypervisor_bit);
	json_key(json, "cpu");
	text_char(json, '{');
	json_key(json, "vendor");
	json_signature(json, report->cpu_vendor);
	json_key(json, "signature");
	json_hex32(json, report->cpu_signature);
	cpu_json(json, &report->cpu);
	text_char(json, '}');
	if (report->knows_secure_boot) {
		json_key(json, "secure_boot");
		json_bool(json, report->secure_boot);
	}
	confidential_json(json, report);
	tsc_json(json, report);
}

static void json_block(struct text *json, const struct report *report, const struct block *block)
{
	json_separator(json);
	text_char(json, '{');
	json_key(json, "base");
	json_hex32(json, block->base);
	json_key(json, "signature");
	json_signature(json, block->signature);
	json_key(json, "signature_hex");
	text_char(json, '"');
	for (int i = 0; i < SIGNATURE_SIZE; i++)
		text_hex_byte(json, (uint8_t)block->signature[i]);
	text_char(json, '"');
	json_key(json, "hypervisor");
	json_name(json, hypervisor_title(block));
	json_key(json, "max_leaf");
	json_hex32(json, block->max_leaf);
	json_key(json, "max_leaf_used");
	json_hex32(json, block->max_leaf_used);
	block_facts_json(json, report, block);
	text_char(json, '}');
}

static void json_blocks(struct text *json, const struct report *report, enum detail detail)
{
	json_top_key(json, "blocks");
	text_char(json, '[');
	for (size_t i = 0; i < report->block_count && detail < WITHOUT_BLOCKS; i++)
		json_block(json, report, &report->blocks[i]);
	text_char(json, ']');
}

static void json_feature_names(struct text *json, enum kvm_register reg, uint32_t value)
{
	text_char(json, '[');
	for (size_t i = 0; i < kvm_feature_count; i++) {
		if (kvm_features[i].reg != reg || ((value >> kvm_features[i].bit) & 1) == 0)
			continue;
		json_separator(json);
		json_name(json, kvm_features[i].name);
	}
	text_char(json, ']');
}

static void json_eax_edx(struct text *json, uint32_t eax, uint32_t edx)
{
	json_key(json, cpuid_register_key(CPUID_EAX));
	json_hex32(json, eax);
	json_key(json, cpuid_register_key(CPUID_EDX));
	json_hex32(json, edx);
}

static void json_kvm(struct text *json, const struct kvm *kvm)
{
	json_top_key(json, "kvm");
	if (!kvm->present) {
		text_string(json, "null");
		return;
	}
	text_char(json, '{');
	json_key(json, "base");
	json_hex32(json, kvm->base);
	json_eax_edx(json, kvm->eax, kvm->edx);
	json_key(json, "features");
	json_feature_names(json, KVM_EAX, kvm->eax);
	json_key(json, "hints");
	json_feature_names(json, KVM_EDX, kvm->edx);
	json_key(json, "unknown");
	text_char(json, '{');
	json_eax_edx(json, kvm->eax & ~(uint32_t)KVM_KNOWN_EAX, kvm->edx & ~(uint32_t)KVM_KNOWN_EDX);
	text_char(json, '}');
	if (kvm->has_timing) {
		json_key(json, "tsc_khz");
		text_decimal(json, kvm->tsc_khz);
		json_key(json, "apic_khz");
		text_decimal(json, kvm->apic_khz);
	}
	text_char(json, '}');
}

static bool leaf_is_kept(const struct report *report, uint32_t leaf, enum detail detail)
{
	if (detail >= WITHOUT_LEAVES)
		return false;
	if (detail < WITHOUT_OTHER_LEAVES || leaf - HYPERVISOR_BASE_FIRST >= HYPERVISOR_BASES * HYPERVISOR_BASE_STEP)
		return true;
	return report->kvm.present && leaf - report->kvm.base < HYPERVISOR_BASE_STEP;
}

static void json_leaves(struct text *json, const struct report *report, enum detail detail)
{
	json_top_key(json, "leaves");
	text_char(json, '[');
	for (size_t i = 0; i < report->leaf_count; i++) {
		const struct leaf *leaf = &report->leaves[i];

		if (!leaf_is_kept(report, leaf->leaf, detail))
			continue;
		json_separator(json);
		text_string(json, "\n [");
		json_hex32(json, leaf->leaf);
		json_separator(json);
		json_hex32(json, leaf->subleaf);
		json_registers(json, &leaf->regs);
		text_char(json, ']');
	}
	text_char(json, ']');
}

static void json_expectations(struct text *json, const struct report *report)
{
	if (report->expectation_count == 0)
		return;
	json_top_key(json, "expectations");
	text_char(json, '[');
	for (size_t i = 0; i < report->expectation_count; i++) {
		const struct expectation *expectation = &report->expectations[i];

		json_separator(json);
		text_char(json, '{');
		json_key(json, "expect");
		json_name(json, expectation_kind_name(expectation->kind));
		json_key(json, "name");
		json_name(json, expectation->name);
		json_key(json, "holds");
		json_bool(json, expectation->holds);
		text_char(json, '}');
	}
	text_char(json, ']');
}

static void json_problem(struct text *json, const struct problem *problem)
{
	json_separator(json);
	text_char(json, '{');
	json_key(json, "problem");
	json_name(json, problem_name(problem->kind));
	if (problem->about_leaf) {
		json_key(json, "leaf");
		json_hex32(json, problem->first);
		json_key(json, "last");
		json_hex32(json, problem->last);
		json_key(json, "count");
		text_decimal(json, problem->count);
		json_key(json, "registers");
		text_char(json, '[');
		json_registers(json, &problem->regs);
		text_char(json, ']');
	} else {
		json_key(json, "number");
		text_decimal(json, problem->number);
		if (problem->call != NULL) {
			json_key(json, "call");
			json_name(json, problem->call);
		}
	}
	text_char(json, '}');
}

static void json_problems(struct text *json, const struct report *report, enum detail detail)
{
	json_top_key(json, "problems");
	text_char(json, '[');
	for (size_t i = 0; i < report->problem_count && detail < WITHOUT_PROBLEMS; i++)
		json_problem(json, &report->problems[i]);
	text_char(json, ']');
	if (report->problems_dropped > 0) {
		json_top_key(json, "problems_dropped");
		text_decimal(json, report->problems_dropped);
	}
}

static void json_missing(struct text *json, const struct report *report, bool explained, enum detail detail)
{
	if (detail == WHOLE)
		return;
	json_top_key(json, "missing");
	text_char(json, '[');
	for (int i = WHOLE + 1; i <= (int)detail; i++) {
		if ((i == WITHOUT_PROBE_STEPS && !report->probe.run) || (i == WITHOUT_FORECAST && !explained))
			continue;
		json_separator(json);
		json_name(json, missing_names[i]);
	}
	text_char(json, ']');
}

size_t report_json_explained(const struct report *report, bool explained, char *buffer, size_t capacity)
{
	for (int detail = WHOLE; detail < DETAILS; detail++) {
		struct text json;

		if (detail == WITHOUT_FORECAST && !explained)
			continue;
		text_init(&json, buffer, capacity);
		json_head(&json, report);
		json_blocks(&json, report, (enum detail)detail);
		json_kvm(&json, &report->kvm);
		vcpus_json(&json, report, detail < WITHOUT_VCPUS);
		json_leaves(&json, report, (enum detail)detail);
		probe_json(&json, report, detail < WITHOUT_PROBE_STEPS);
		json_expectations(&json, report);
		json_problems(&json, report, (enum detail)detail);
		if (explained && detail < WITHOUT_FORECAST)
			forecast_json(&json, report);
		json_missing(&json, report, explained, (enum detail)detail);
		text_string(&json, "}\n");
		if (!json.overflow)
			return json.length;
	}
	return 0;
}

size_t report_json(const struct report *report, char *buffer, size_t capacity)
{
	return report_json_explained(report, false, buffer, capacity);
}
