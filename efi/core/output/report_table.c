/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/report_table.h"

#include "core/base/columns.h"
#include "core/leaves/block_facts.h"
#include "core/output/confidential_output.h"
#include "core/output/cpu_output.h"
#include "core/output/probe_output.h"
#include "core/output/table_row.h"
#include "core/output/vcpus_output.h"
#include "core/probe/probe.h"
#include "kvmleaf/version.h"

static const char *stored_name(enum report_stored stored)
{
	static const char *const names[] = { "written", "unchanged", "failed", "off" };

	return names[stored];
}

void table_begin(struct text *out, enum report_source source)
{
	text_string(out, "KVMLEAF-BEGIN version=" KVMLEAF_VERSION " source=");
	text_string(out, report_source_name(source));
	row_end(out);
}

static void signature(struct text *out, const char *bytes)
{
	for (int i = 0; i < SIGNATURE_SIZE && bytes[i] != '\0'; i++)
		text_char(out, bytes[i] >= ' ' && bytes[i] <= '~' ? bytes[i] : '?');
}

/* The CPU's level has a line of its own where the verdict's has no room for it. */
static void verdict_line(struct text *out, const struct report *report)
{
	size_t start = out->length;

	text_string(out, verdict_sentence(report->verdict));
	text_string(out, report->hypervisor_bit ? " Hypervisor bit set." : " Hypervisor bit clear.");
	text_string(out, " CPU ");
	signature(out, report->cpu_vendor);
	text_string(out, out->length - start + CPU_LEVEL_COLUMNS <= LINE_COLUMNS ? ", " : ".\r\nThe CPU is ");
	cpu_level_words(out, &report->cpu);
	text_char(out, '.');
	row_end(out);
}

static void block_line(struct text *out, const struct block *block)
{
	size_t start = out->length;

	text_hex32(out, block->base);
	text_pad(out, start, COLUMN_BASE);
	text_char(out, '"');
	signature(out, block->signature);
	text_char(out, '"');
	text_pad(out, start, COLUMN_BASE + COLUMN_SIGNATURE);
	row_word(out, hypervisor_title(block), COLUMN_HYPERVISOR);
	text_string(out, "max leaf ");
	text_hex32(out, block->max_leaf);
	row_end(out);
}

static void feature_row(struct text *out, const struct kvm_feature *feature, uint32_t value)
{
	row_bit(out, feature->reg, feature->bit);
	row_word(out, (value >> feature->bit) & 1 ? "yes" : "-", COLUMN_STATE);
	row_word(out, kvm_feature_bare_name(feature), COLUMN_NAME);
	row_word(out, feature->qemu[0] != '\0' ? feature->qemu : "-", COLUMN_QEMU);
	text_string(out, feature->meaning);
	row_end(out);
}

/* In the columns of feature_row; no feature's name is in small letters. */
static void unknown_row(struct text *out, enum kvm_register reg, uint32_t bit)
{
	row_bit(out, reg, bit);
	row_word(out, "yes", COLUMN_STATE);
	row_word(out, "unknown", COLUMN_NAME);
	row_word(out, "-", COLUMN_QEMU);
	text_string(out, "no known meaning");
	row_end(out);
}

static const struct kvm_feature *feature_of(enum kvm_register reg, uint32_t bit)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].reg == reg && kvm_features[i].bit == bit)
			return &kvm_features[i];
	return NULL;
}

/* A row for each known bit, and for each unknown bit that is set, by rising number. */
static void register_rows(struct text *out, enum kvm_register reg, uint32_t value)
{
	for (uint32_t bit = 0; bit < 32; bit++) {
		const struct kvm_feature *feature = feature_of(reg, bit);

		if (feature != NULL)
			feature_row(out, feature, value);
		else if ((value >> bit) & 1)
			unknown_row(out, reg, bit);
	}
}

static void register_word(struct text *out, enum cpuid_register reg, uint32_t value)
{
	text_string(out, cpuid_register_name(reg));
	text_char(out, '=');
	text_hex32(out, value);
}

static void kvm_table(struct text *out, const struct kvm *kvm)
{
	text_hex32(out, kvm->base + KVM_LEAF_FEATURES);
	text_string(out, "  ");
	register_word(out, CPUID_EAX, kvm->eax);
	text_char(out, ' ');
	register_word(out, CPUID_EDX, kvm->edx);
	if (kvm->has_timing) {
		text_string(out, "  TSC/APIC ");
		text_decimal(out, kvm->tsc_khz);
		text_char(out, '/');
		text_decimal(out, kvm->apic_khz);
		text_string(out, " kHz");
	}
	row_end(out);
	register_rows(out, KVM_EAX, kvm->eax);
	register_rows(out, KVM_EDX, kvm->edx);
}

static void problem_lines(struct text *out, const struct problem *problem)
{
	text_string(out, "Note: ");
	if (problem->about_leaf) {
		text_hex32(out, problem->first);
		if (problem->last != problem->first) {
			text_string(out, "..");
			text_hex32(out, problem->last);
		}
		text_char(out, ' ');
	}
	text_string(out, problem_meaning(problem->kind));
	if (problem->call == NULL && problem->number != 0) {
		text_string(out, " (");
		text_decimal(out, problem->number);
		text_char(out, ')');
	}
	row_end(out);
	if (problem->call == NULL)
		return;
	/* On a line of its own: with the longest meaning it would not fit. */
	text_string(out, "      ");
	text_string(out, problem->call);
	text_string(out, ": EFI status ");
	text_decimal(out, problem->number);
	row_end(out);
}

static void problems_table(struct text *out, const struct report *report)
{
	for (size_t i = 0; i < report->problem_count; i++)
		problem_lines(out, &report->problems[i]);
	if (report->problems_dropped == 0)
		return;
	text_string(out, "Note: more problems, not listed: ");
	text_decimal(out, report->problems_dropped);
	row_end(out);
}

static void expectation_lines(struct text *out, const struct report *report, const struct expectation *expectation)
{
	text_string(out, expectation->holds ? "Holds: " : "FAILS: ");
	text_string(out, expectation_kind_name(expectation->kind));
	text_char(out, ' ');
	text_string(out, expectation->name);
	row_end(out);
	if (expectation->kind == EXPECT_REQUIRE && !expectation->holds)
		cpu_lacks_lines(out, &report->cpu, expectation->cpu);
}

void table_body(struct text *out, const struct report *report)
{
	verdict_line(out, report);
	confidential_table(out, report);
	for (size_t i = 0; i < report->block_count; i++) {
		block_line(out, &report->blocks[i]);
		block_facts_table(out, report, &report->blocks[i]);
	}
	if (report->kvm.present)
		kvm_table(out, &report->kvm);
	probe_table(out, report);
	vcpus_table(out, report);
	problems_table(out, report);
	for (size_t i = 0; i < report->expectation_count; i++)
		expectation_lines(out, report, &report->expectations[i]);
}

static void end_hex(struct text *out, const char *key, uint32_t value)
{
	text_string(out, key);
	text_hex32(out, value);
}

static void end_count(struct text *out, const char *key, uint32_t value)
{
	text_string(out, key);
	text_decimal(out, value);
}

/* What has its usual value is left out, so that the usual guest's line fits an 80-column screen. */
static void end_facts(struct text *out, const struct report *report)
{
	text_string(out, " verdict=");
	text_string(out, verdict_name(report->verdict));
	if (report->kvm.present && report->kvm.base != HYPERVISOR_BASE_FIRST)
		end_hex(out, " base=", report->kvm.base);
	if (report->kvm.present)
		end_hex(out, " eax=", report->kvm.eax);
	if (report->kvm.present && report->kvm.edx != 0)
		end_hex(out, " edx=", report->kvm.edx);
	end_count(out, " vcpus=", report->vcpu_count);
	if (report->vcpus_differing.count > 0)
		end_count(out, " differing=", report->vcpus_differing.count);
	if (report->vcpus_silent.count > 0)
		end_count(out, " silent=", report->vcpus_silent.count);
	if (report->probe.run)
		text_string(out,
			probe_contradicts(&report->probe, report->enforced) ? " probe=contradicts" : " probe=agrees");
	else if (report->probe_asked)
		text_string(out, " probe=none");
}

void table_end(struct text *out, const struct report *report, enum report_stored stored, enum exit_status status)
{
	text_string(out, "KVMLEAF-END");
	if (report != NULL)
		end_facts(out, report);
	text_string(out, " report=");
	text_string(out, stored_name(stored));
	text_string(out, " status=");
	text_string(out, exit_status_name(status));
	row_end(out);
}
