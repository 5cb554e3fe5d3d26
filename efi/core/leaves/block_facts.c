/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/block_facts.h"

#include "core/base/columns.h"
#include "core/base/json.h"

enum { NUMBER_MAX = 11 }; /* characters of "=" and ten digits */

static const struct fact {
	uint8_t hypervisor, offset, reg, shift, bits; /* bits: 0 for a flag */
	const char *name;
} facts[] = {
#define NUMBER(hypervisor, offset, reg, shift, bits, name)                                                             \
	{ HYPERVISOR_##hypervisor, offset, CPUID_##reg, shift, bits, name },
#define FLAG(hypervisor, offset, reg, bit, name) { HYPERVISOR_##hypervisor, offset, CPUID_##reg, bit, 0, name },
#include "core/leaves/block_facts.def"
};
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

/* 0 where the fact is about another hypervisor's block, or where its leaf was not read. */
static uint32_t value_of(const struct fact *fact, const struct report *report, const struct block *block)
{
	uint8_t kind = block->hyperv_interface ? HYPERVISOR_HYPERV : (uint8_t)block->hypervisor;
	const struct leaf *leaf = report_leaf(report, block->base + fact->offset);
	uint32_t mask = fact->bits == 32 ? UINT32_MAX : (UINT32_C(1) << (fact->bits == 0 ? 1 : fact->bits)) - 1;

	if (kind != fact->hypervisor || leaf == NULL || (kind == HYPERVISOR_HYPERV && !block->hyperv_interface))
		return 0;
	return (cpuid_register_value(&leaf->regs, (enum cpuid_register)fact->reg) >> fact->shift) & mask;
}

void block_facts_json(struct text *json, const struct report *report, const struct block *block)
{
	for (size_t i = 0; i < FACTS; i++) {
		uint32_t value = value_of(&facts[i], report, block);

		if (value == 0)
			continue;
		json_key(json, facts[i].name);
		if (facts[i].bits == 0)
			json_bool(json, true);
		else
			text_decimal(json, value);
	}
}

void block_facts_table(struct text *out, const struct report *report, const struct block *block)
{
	size_t start = out->length; /* of the line */

	for (size_t i = 0; i < FACTS; i++) {
		uint32_t value = value_of(&facts[i], report, block);
		size_t length = 1 + string_length(facts[i].name) + (facts[i].bits == 0 ? 0 : NUMBER_MAX);

		if (value == 0)
			continue;
		if (out->length - start + length > LINE_COLUMNS) {
			text_string(out, "\r\n");
			start = out->length;
		}
		text_pad(out, start, COLUMN_BASE - 1);
		text_char(out, ' ');
		text_string(out, facts[i].name);
		if (facts[i].bits != 0) {
			text_char(out, '=');
			text_decimal(out, value);
		}
	}
	if (out->length > start)
		text_string(out, "\r\n");
}
