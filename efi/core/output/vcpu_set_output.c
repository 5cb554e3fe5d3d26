/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/vcpu_set_output.h"

#include "core/base/json.h"

void json_vcpu_set(struct text *json, const struct vcpu_set *set)
{
	json_key(json, "count");
	text_decimal(json, set->count);
	json_key(json, "apic_ids");
	text_char(json, '[');
	for (uint32_t i = 0; i < set->range_count; i++) {
		json_separator(json);
		text_char(json, '[');
		json_hex32(json, set->ranges[i].first);
		json_separator(json);
		json_hex32(json, set->ranges[i].last);
		text_char(json, ']');
	}
	text_char(json, ']');
}

void text_vcpu_set(struct text *out, const struct vcpu_set *set)
{
	text_decimal(out, set->count);
	text_string(out, set->count == 1 ? " vCPU (APIC " : " vCPUs (APIC ");
	text_hex(out, set->ranges[0].first);
	if (set->ranges[0].last != set->ranges[0].first) {
		text_string(out, "..");
		text_hex(out, set->ranges[0].last);
	}
	text_string(out, set->range_count > 1 ? " ...)" : ")");
}
