/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of what struct report holds, from the tables of include/kvmleaf and of this folder. */
#include "core/base/text.h"
#include "core/report/report.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	char signature[SIGNATURE_SIZE + 1]; /* one more for the NUL: gcc warns where a literal has no room for it */
	const char *title;
} hypervisors[] = {
	[HYPERVISOR_UNKNOWN] = { "", "unknown hypervisor" },
#define HYPERVISOR(name, signature, title) [HYPERVISOR_##name] = { signature, title },
#include "kvmleaf/hypervisors.def"
};
#define HYPERVISOR(name, signature, title)                                                                             \
	_Static_assert(sizeof(signature) - 1 == SIGNATURE_SIZE, "a signature is 12 bytes: " #name);
#include "kvmleaf/hypervisors.def"

static const struct {
	const char *name, *meaning;
} problems[] = {
#define PROBLEM(name, short_name, meaning) [PROBLEM_##name] = { short_name, meaning },
#include "core/report/problems.def"
};

static const struct {
	const char *word, *sentence;
} verdicts[] = {
#define VERDICT(name, word, sentence, meaning) [VERDICT_##name] = { word, sentence },
#include "kvmleaf/verdicts.def"
};

const char *report_source_name(enum report_source source)
{
	static const char *const names[SOURCE_COUNT] = {
		[SOURCE_CPU] = "cpu",
		[SOURCE_REPLAY] = "replay",
		[SOURCE_USER] = "user",
	};

	return names[source];
}

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].word;
}

const char *verdict_sentence(enum verdict verdict)
{
	return verdicts[verdict].sentence;
}

const char *hypervisor_title(const struct block *block)
{
	bool known_as_itself = block->hypervisor != HYPERVISOR_UNKNOWN && block->hypervisor != HYPERVISOR_HYPERV;

	if (block->kvm_interface)
		return "KVM interface";
	return block->hyperv_interface && !known_as_itself ? "Hyper-V interface" : hypervisors[block->hypervisor].title;
}

const char *confidential_name(enum confidential kind)
{
	static const char *const names[] = { "none", "SEV", "SEV-ES", "SEV-SNP", "TDX", "VBS" };

	_Static_assert(COUNT(names) == CONFIDENTIAL_COUNT, "a kind of confidential guest has no name");
	return names[kind];
}

enum hypervisor hypervisor_by_signature(const char *signature)
{
	for (size_t i = HYPERVISOR_UNKNOWN + 1; i < COUNT(hypervisors); i++)
		if (bytes_equal(signature, hypervisors[i].signature, SIGNATURE_SIZE))
			return (enum hypervisor)i;
	return HYPERVISOR_UNKNOWN;
}

const char *problem_name(enum problem_kind kind)
{
	return problems[kind].name;
}

const char *problem_meaning(enum problem_kind kind)
{
	return problems[kind].meaning;
}

const char *expectation_kind_name(enum expectation_kind kind)
{
	static const char *const names[] = { "require", "forbid", "verdict" };

	return names[kind];
}

const char *exit_status_name(int value)
{
	switch (value) {
#define EXIT_STATUS(name, value, short_name, efi, meaning)                                                             \
	case (value):                                                                                                  \
		return short_name;
#include "kvmleaf/exit_status.def"
	default:
		return NULL;
	}
}
