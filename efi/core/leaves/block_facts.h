/* SPDX-License-Identifier: BSD-2-Clause */
/* What a block that is not KVM's tells beside its signature. */
#ifndef KVMLEAF_CORE_LEAVES_BLOCK_FACTS_H
#define KVMLEAF_CORE_LEAVES_BLOCK_FACTS_H

#include "core/report/report.h"
#include "core/base/text.h"

/* "key":value, ... within an object that is open; nothing where nothing is told. */
void block_facts_json(struct text *json, const struct report *report, const struct block *block);
/* Indented lines of words, at most 79 columns. */
void block_facts_table(struct text *out, const struct report *report, const struct block *block);

#endif
