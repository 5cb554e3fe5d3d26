/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/report_cpu.h"

#include "core/leaves/cpu_features.h"
#include "report/report_access.h"

struct cpu_facts report_cpu_facts(const json_t *report)
{
	struct cpu_facts facts = { 0 };
	size_t i;
	json_t *row;

	json_array_foreach (json_object_get(report, "leaves"), i, row) {
		struct leaf leaf = { .leaf = report_hex(json_array_get(row, 0)),
			.subleaf = report_hex(json_array_get(row, 1)),
			.regs = { report_hex(json_array_get(row, 2)), report_hex(json_array_get(row, 3)),
				report_hex(json_array_get(row, 4)), report_hex(json_array_get(row, 5)) } };

		cpu_facts_add(&facts, &leaf);
	}
	cpu_facts_end(&facts);
	return facts;
}
