/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/judge/examine.h"

#include "core/judge/judge.h"
#include "core/leaves/confidential.h"
#include "core/leaves/decode_kvm.h"
#include "core/leaves/discover.h"

bool examine(const struct examination *examination, struct report *report)
{
	report->vcpu_count = 1;
	report->vcpus_checked = 1;
	discover(examination->cpu, report);
	if (examination->compare_vcpus != NULL && !examination->compare_vcpus(examination->context, report))
		return false;
	confidential_decode(report);
	decode_kvm(report);
	if (examination->probe != NULL)
		examination->probe(examination->context, report);
	judge_report(report);
	return true;
}

struct dump_context {
	struct dump *dump;
	struct text *error;
};

static bool compare_dump(void *context, struct report *report)
{
	const struct dump_context *dump = context;

	return dump_compare_others(dump->dump, report, dump->error);
}

bool examine_dump(struct dump *dump, struct report *report, struct text *error)
{
	struct cpuid_source cpu = dump_source(dump);
	struct dump_context context = { dump, error };
	const struct examination examination = { .cpu = &cpu, .compare_vcpus = compare_dump, .context = &context };

	report->source = SOURCE_REPLAY;
	return dump_first(dump, error) && examine(&examination, report);
}
