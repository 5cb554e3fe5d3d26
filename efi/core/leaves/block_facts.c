/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/leaves/block_facts.h"

#include "core/base/columns.h"
#include "core/base/json.h"

enum { NUMBER_MAX = 11 }; /* characters of "=" and ten digits */

/* All names, one behind the other: a pointer to each would take ten bytes more of the app's file. */
#define MEMBER_(line) name_##line
#define MEMBER(line) MEMBER_(line)
#define NUMBER(hypervisor, offset, reg, shift, bits, name) char MEMBER(__LINE__)[sizeof(name)];
#define FLAG(hypervisor, offset, reg, bit, name) NUMBER(hypervisor, offset, reg, bit, 0, name)
struct names {
#include "core/leaves/block_facts.def"
};
#define NUMBER(hypervisor, offset, reg, shift, bits, name) name,
#define FLAG(hypervisor, offset, reg, bit, name) name,
static const struct names names = {
#include "core/leaves/block_facts.def"
};

static const struct fact {
	uint8_t hypervisor, offset, reg, shift, bits; /* bits: 0 for a flag */
	uint16_t name;                                /* its offset in names */
} facts[] = {
#define NUMBER(hypervisor, offset, reg, shift, bits, name)                                                             \
	{ HYPERVISOR_##hypervisor, offset, CPUID_##reg, shift, bits, offsetof(struct names, MEMBER(__LINE__)) },
#define FLAG(hypervisor, offset, reg, bit, name) NUMBER(hypervisor, offset, reg, bit, 0, name)
#include "core/leaves/block_facts.def"
};
enum { FACTS = sizeof(facts) / sizeof(facts[0]) };

static const char *name_of(const struct fact *fact)
{
	return (const char *)&names + fact->name;
}

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
		json_key(json, name_of(&facts[i]));
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
		size_t length = 1 + string_length(name_of(&facts[i])) + (facts[i].bits == 0 ? 0 : NUMBER_MAX);

		if (value == 0)
			continue;
		if (out->length - start + length > LINE_COLUMNS) {
			text_string(out, "\r\n");
			start = out->length;
		}
		text_pad(out, start, COLUMN_BASE - 1);
		text_char(out, ' ');
		text_string(out, name_of(&facts[i]));
		if (facts[i].bits != 0) {
			text_char(out, '=');
			text_decimal(out, value);
		}
	}
	if (out->length > start)
		text_string(out, "\r\n");
}
