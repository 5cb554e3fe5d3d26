/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/tsc_output.h"

#include "core/base/json.h"
#include "core/leaves/tsc.h"

static bool is_told(const struct tsc *tsc)
{
	return tsc->is_invariant || tsc->has_adjust || tsc->khz != 0 || tsc->base_mhz != 0;
}

static void number(struct text *json, const char *key, uint32_t value)
{
	if (value == 0)
		return;
	json_key(json, key);
	text_decimal(json, value);
}

void tsc_json(struct text *json, const struct report *report)
{
	struct tsc tsc = tsc_decode(report);

	if (!is_told(&tsc))
		return;
	json_key(json, "tsc");
	text_char(json, '{');
	json_key(json, "invariant");
	json_bool(json, tsc.is_invariant);
	json_key(json, "adjust");
	json_bool(json, tsc.has_adjust);
	number(json, "khz", tsc.khz);
	number(json, "base_mhz", tsc.base_mhz);
	text_char(json, '}');
}

void tsc_table(struct text *out, const struct report *report)
{
	struct tsc tsc = tsc_decode(report);

	if (!is_told(&tsc))
		return;
	text_string(out, tsc.is_invariant ? "TSC: invariant" : "TSC: not said to be invariant");
	if (tsc.khz != 0) {
		text_string(out, ", ");
		text_decimal(out, tsc.khz);
		text_string(out, " kHz");
	}
	if (tsc.base_mhz != 0) {
		text_string(out, ", CPU ");
		text_decimal(out, tsc.base_mhz);
		text_string(out, " MHz");
	}
	if (report->probe.has_tsc_adjust) {
		text_string(out, ", TSC_ADJUST ");
		text_hex(out, report->probe.tsc_adjust);
	}
	text_string(out, "\r\n");
}
