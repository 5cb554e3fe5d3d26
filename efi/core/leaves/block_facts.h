/* SPDX-License-Identifier: BSD-2-Clause */
/* What blocks of hypervisors other than KVM say beside their signature: versions, frequencies, features. */
#ifndef KVMLEAF_CORE_LEAVES_BLOCK_FACTS_H
#define KVMLEAF_CORE_LEAVES_BLOCK_FACTS_H

#include "core/base/text.h"
#include "core/report/report.h"

/* Adds "key":value for each fact to the JSON object that is open. */
void block_facts_json(struct text *json, const struct report *report, const struct block *block);
/* Adds indented lines with the same facts to the console table. */
void block_facts_table(struct text *out, const struct report *report, const struct block *block);

#endif
