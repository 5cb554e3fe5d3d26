/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/cpu_output.h"

#include "core/base/columns.h"
#include "core/base/json.h"
#include "core/leaves/cpu_features.h"
#include "core/output/table_row.h"

static void json_level(struct text *json, const struct abi_level *level)
{
	json_key(json, "level");
	if (!level->known) {
		text_string(json, "null");
		json_key(json, "level_lacks");
		json_hex32(json, level->lacks);
		return;
	}
	json_name(json, abi_level_name(level->level));
	json_key(json, "missing");
	text_char(json, '[');
	for (size_t i = 0; i < cpu_feature_count; i++) {
		if ((level->missing >> i & 1) == 0)
			continue;
		json_separator(json);
		json_name(json, cpu_features[i].name);
	}
	text_char(json, ']');
}

void cpu_json(struct text *json, const struct cpu_facts *facts)
{
	struct abi_level level = abi_level_of(facts);

	json_level(json, &level);
	json_key(json, "features");
	text_char(json, '{');
	for (size_t i = 0; i < cpu_feature_count; i++) {
		if (cpu_features[i].level != 0 || (facts->known >> i & 1) == 0)
			continue;
		json_key(json, cpu_features[i].name);
		json_bool(json, (facts->has >> i & 1) != 0);
	}
	text_char(json, '}');
	if (facts->physical_bits != 0) {
		json_key(json, "phys_bits");
		text_decimal(json, facts->physical_bits);
	}
}

void cpu_level_words(struct text *out, const struct cpu_facts *facts)
{
	struct abi_level level = abi_level_of(facts);

	if (!level.known)
		text_string(out, "of an unknown x86-64 level");
	else if (level.level == 0)
		text_string(out, "below x86-64-v1");
	else
		text_string(out, abi_level_name(level.level));
}

void cpu_lacks_lines(struct text *out, const struct cpu_facts *facts, uint64_t features)
{
	uint64_t lacking = features & ~facts->has;
	size_t start = out->length;

	if (lacking == 0)
		return;
	text_string(out, "    lacks:");
	for (size_t i = 0; i < cpu_feature_count; i++) {
		const char *behind = (facts->known >> i & 1) != 0 ? "" : "(?)";

		if ((lacking >> i & 1) == 0)
			continue;
		if (out->length - start + 1 + string_length(cpu_features[i].name) + string_length(behind) >
			LINE_COLUMNS) {
			row_end(out);
			start = out->length;
			text_string(out, "          ");
		}
		text_char(out, ' ');
		text_string(out, cpu_features[i].name);
		text_string(out, behind);
	}
	row_end(out);
}
