/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/confidential_output.h"

#include "core/base/json.h"

void confidential_json(struct text *json, const struct report *report)
{
	const struct confidential_state *state = &report->confidential;

	if (state->supported == 0)
		return;
	json_key(json, "confidential");
	text_char(json, '{');
	json_key(json, "supported");
	text_char(json, '[');
	for (int kind = CONFIDENTIAL_NONE + 1; kind < CONFIDENTIAL_COUNT; kind++) {
		if (!(state->supported & 1 << kind))
			continue;
		json_separator(json);
		json_name(json, confidential_name((enum confidential)kind));
	}
	text_char(json, ']');
	if (state->knows_active) {
		json_key(json, "active");
		json_name(json, confidential_name(state->active));
	}
	text_char(json, '}');
}

void confidential_table(struct text *out, const struct report *report)
{
	/* How it limits the probe (probe_steps.c, may_test in probe.c). */
	static const char *const meanings[CONFIDENTIAL_COUNT] = {
		[CONFIDENTIAL_NONE] = ", though the CPU could",
		[CONFIDENTIAL_SEV_ES] = ", passes no arguments",
		[CONFIDENTIAL_SNP] = ", passes no arguments",
		[CONFIDENTIAL_TDX] = "; the probe reads one MSR and no more",
	};
	const struct confidential_state *state = &report->confidential;
	const char *before = "The CPU has ";

	if (state->supported == 0)
		return;
	if (state->knows_active) {
		text_string(out, "Confidential guest: ");
		text_string(out, confidential_name(state->active));
		if (state->active != CONFIDENTIAL_NONE && state->active != CONFIDENTIAL_TDX)
			text_string(out, report->probe.page_is_shared
						 ? "; the probe shares a page by the IOMMU protocol"
						 : "; the probe shares no page");
		if (meanings[state->active] != NULL)
			text_string(out, meanings[state->active]);
		text_string(out, "\r\n");
		return;
	}
	for (int kind = CONFIDENTIAL_NONE + 1; kind < CONFIDENTIAL_COUNT; kind++) {
		if (!(state->supported & 1 << kind))
			continue;
		text_string(out, before);
		text_string(out, confidential_name((enum confidential)kind));
		before = ", ";
	}
	if (report->source == SOURCE_CPU)
		text_string(out, "; --probe tells whether this guest uses it");
	text_string(out, "\r\n");
}
