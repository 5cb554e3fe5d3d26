/* SPDX-License-Identifier: BSD-2-Clause */
/* What the CPU offers to an operating system, in the report and on the console. */
#ifndef KVMLEAF_CORE_OUTPUT_CPU_OUTPUT_H
#define KVMLEAF_CORE_OUTPUT_CPU_OUTPUT_H

#include "core/base/text.h"
#include "core/report/report.h"

/* ", " or ".", and the longest of the words of cpu_level_words(), "of an unknown x86-64 level". */
enum { CPU_LEVEL_COLUMNS = 29 };

/* Adds members to the object "cpu", which is open. */
void cpu_json(struct text *json, const struct cpu_facts *facts);
/* "x86-64-v2" */
void cpu_level_words(struct text *out, const struct cpu_facts *facts);
/* Indented lines that name those of the features that the CPU lacks, or of which nothing is known. */
void cpu_lacks_lines(struct text *out, const struct cpu_facts *facts, uint64_t features);

#endif
