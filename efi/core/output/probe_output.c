/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/probe_output.h"

#include "core/base/columns.h"
#include "core/base/json.h"
#include "core/output/table_row.h"
#include "core/output/tsc_output.h"
#include "core/output/vcpu_set_output.h"

static void open_step(struct text *json, const char *operation)
{
	json_separator(json);
	text_char(json, '[');
	json_name(json, operation);
	text_char(json, ',');
}

static void quoted_hex(struct text *json, const char *before, uint64_t value)
{
	text_char(json, '"');
	text_string(json, before);
	text_hex(json, value);
	text_char(json, '"');
}

/* For a call's number, its answer and a shift, which are small and signed. Any other value is shown in hex. */
static void quoted_signed(struct text *json, int64_t value)
{
	if (value > (int64_t)UINT32_MAX || value < -(int64_t)UINT32_MAX) {
		quoted_hex(json, "", (uint64_t)value);
		return;
	}
	text_char(json, '"');
	if (value < 0)
		text_char(json, '-');
	text_decimal(json, (uint32_t)(value < 0 ? -value : value));
	text_char(json, '"');
}

static void json_write(struct text *json, const struct probe_step *step, const char *before)
{
	open_step(json, "wrmsr");
	json_hex32(json, step->number);
	text_char(json, ',');
	quoted_hex(json, before, step->value);
	text_char(json, ',');
	json_name(json, fault_name((enum fault)step->fault));
}

static void json_area(struct text *json, const char *field)
{
	open_step(json, "area");
	json_name(json, field);
	text_char(json, ',');
}

static void json_answer(struct text *json, const struct probe_step *step)
{
	if (step->fault != FAULT_NONE)
		json_name(json, fault_name((enum fault)step->fault));
	else if (step->kind == STEP_CALL)
		quoted_signed(json, (int64_t)step->value);
	else
		quoted_hex(json, "", step->value);
}

static void json_step(struct text *json, const struct probe_step *step)
{
	switch ((enum probe_step_kind)step->kind) {
	case STEP_READ:
		open_step(json, "rdmsr");
		json_hex32(json, step->number);
		text_char(json, ',');
		json_answer(json, step);
		break;
	case STEP_CALL:
		open_step(json, "hypercall");
		quoted_signed(json, step->number);
		text_char(json, ',');
		json_answer(json, step);
		break;
	case STEP_WRITE:
		json_write(json, step, "");
		break;
	case STEP_WRITE_PAGE:
		json_write(json, step, "page+");
		break;
	case STEP_FLAGS:
		json_area(json, "flags");
		quoted_hex(json, "", step->value);
		break;
	case STEP_MULTIPLIER:
		json_area(json, "multiplier");
		quoted_hex(json, "", step->value);
		break;
	case STEP_SHIFT:
		json_area(json, "shift");
		quoted_signed(json, (int64_t)step->value);
		break;
	case STEP_REFERENCE:
		open_step(json, "compared");
		json_name(json, "clock");
		text_char(json, ',');
		json_name(json, clock_reference_name((enum clock_reference)step->value));
		break;
	}
	text_char(json, ']');
}

static void json_steps(struct text *json, const struct probe *probe, size_t first, size_t count)
{
	json_key(json, "steps");
	text_char(json, '[');
	for (size_t i = first; i < first + count; i++)
		json_step(json, &probe->steps[i]);
	text_char(json, ']');
}

static void json_outcome(struct text *json, uint8_t outcome, uint8_t why)
{
	json_key(json, "result");
	json_name(json, probe_outcome_name((enum probe_outcome)outcome));
	if (why == WHY_NONE)
		return;
	json_key(json, "why");
	json_name(json, probe_why_words((enum probe_why)why));
}

/* What other vCPUs answered to the same row's test. */
static void json_others(struct text *json, const struct probe *probe, size_t row)
{
	bool any = false;

	for (size_t i = 0; i < probe->difference_count; i++) {
		const struct probe_difference *difference = &probe->differences[i];

		if (difference->row != row)
			continue;
		if (!any) {
			json_key(json, "others");
			text_char(json, '[');
		}
		any = true;
		json_separator(json);
		text_char(json, '{');
		json_outcome(json, difference->outcome, difference->why);
		json_vcpu_set(json, &difference->vcpus);
		text_char(json, '}');
	}
	if (any)
		text_char(json, ']');
}

static void json_result(struct text *json, const struct probe *probe, size_t row, bool steps)
{
	const struct probe_result *result = &probe->results[row];

	json_separator(json);
	text_string(json, "\n {");
	json_key(json, "feature");
	json_name(json, kvm_features[row].name);
	json_outcome(json, result->outcome, result->why);
	json_others(json, probe, row);
	if (steps && result->step_count > 0)
		json_steps(json, probe, result->first_step, result->step_count);
	text_char(json, '}');
}

static void json_pairing(struct text *json, const struct probe *probe)
{
	json_key(json, "clock_pairing");
	text_char(json, '{');
	json_key(json, "result");
	json_name(json, pairing_result_name((enum pairing_result)probe->pairing));
	if (probe->pairing_why != WHY_NONE) {
		json_key(json, "why");
		json_name(json, probe_why_words((enum probe_why)probe->pairing_why));
	}
	text_char(json, '}');
}

void probe_json(struct text *json, const struct report *report, bool steps)
{
	const struct probe *probe = &report->probe;

	if (!probe->run)
		return;
	text_string(json, ",\n\"listening\":{");
	json_key(json, "kvm_answers");
	json_bool(json, probe->kvm_answers);
	json_pairing(json, probe);
	if (steps)
		json_steps(json, probe, 0, probe->general_steps);
	text_string(json, "},\n\"probe\":[");
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++)
		json_result(json, probe, row, steps);
	text_char(json, ']');
}

static void reason(struct text *out, uint8_t why)
{
	if (why == WHY_NONE)
		return;
	text_string(out, " (");
	text_string(out, probe_why_words((enum probe_why)why));
	text_char(out, ')');
}

static void pairing_line(struct text *out, const struct probe *probe)
{
	if (probe->pairing == PAIRING_UNTRIED)
		return;
	text_string(out, "CLOCK_PAIRING (hypercall 9): ");
	text_string(out, pairing_result_name((enum pairing_result)probe->pairing));
	reason(out, probe->pairing_why);
	row_end(out);
}

static void outcome_words(struct text *out, uint8_t outcome, uint8_t why)
{
	text_string(out, probe_outcome_words((enum probe_outcome)outcome));
	reason(out, why);
	row_end(out);
}

static void difference_lines(struct text *out, const struct probe_difference *difference)
{
	text_string(out, "DIFFERS: ");
	text_vcpu_set(out, &difference->vcpus);
	text_string(out, "\r\n    ");
	row_word(out, kvm_feature_bare_name(&kvm_features[difference->row]), COLUMN_NAME);
	outcome_words(out, difference->outcome, difference->why);
}

void probe_table(struct text *out, const struct report *report)
{
	const struct probe *probe = &report->probe;

	if (!probe->run)
		return;
	text_string(out,
		probe->kvm_answers ? "Probed: KVM answers hypercalls.\r\n" : "Probed: no KVM answers hypercalls.\r\n");
	pairing_line(out, probe);
	tsc_table(out, report);
	for (size_t row = 0; row < KVM_FEATURE_ROWS; row++) {
		const struct kvm_feature *feature = &kvm_features[row];

		row_bit(out, feature->reg, feature->bit);
		row_word(out, kvm_feature_bare_name(feature), COLUMN_NAME);
		outcome_words(out, probe->results[row].outcome, probe->results[row].why);
	}
	for (size_t i = 0; i < probe->difference_count; i++)
		difference_lines(out, &probe->differences[i]);
	if (probe->differences_dropped > 0) {
		text_string(out, "DIFFERS: more, not listed: ");
		text_decimal(out, probe->differences_dropped);
		row_end(out);
	}
}
