/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of include/kvmleaf and of this folder, expanded. */
#include "kvmleaf/kvm_abi.h"
#include "core/report/report.h"
#include "core/base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
enum { MEANING_MAX = 28 };

const struct kvm_feature kvm_features[] = {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning)                                                           \
	{ (bit), KVM_EAX, KVM_##status, "KVM_FEATURE_" #name, qemu, first, meaning },
#define KVM_HINT(bit, name, qemu, status, first, meaning)                                                              \
	{ (bit), KVM_EDX, KVM_##status, "KVM_HINTS_" #name, qemu, first, meaning },
#include "kvmleaf/kvm_abi.def"
};
const size_t kvm_feature_count = COUNT(kvm_features);

const char *kvm_feature_bare_name(const struct kvm_feature *feature)
{
	return feature->name + (feature->reg == KVM_EAX ? sizeof("KVM_FEATURE_") : sizeof("KVM_HINTS_")) - 1;
}

const struct kvm_unlock kvm_msrs[] = {
#define KVM_MSR(index, name, feature) { (index), KVM_BIT_##feature, "MSR_KVM_" #name },
#include "kvmleaf/kvm_abi.def"
};
const size_t kvm_msr_count = COUNT(kvm_msrs);

const struct kvm_unlock kvm_hypercalls[] = {
#define KVM_HYPERCALL(number, name, feature) { (number), KVM_BIT_##feature, "KVM_HC_" #name },
#include "kvmleaf/kvm_abi.def"
};
const size_t kvm_hypercall_count = COUNT(kvm_hypercalls);

/* Each bit once, within its register, and each meaning within its column: a bit listed twice would add up wrongly. */
#define KVM_FEATURE(bit, name, qemu, status, first, meaning) +(UINT64_C(1) << (bit))
_Static_assert((0
#include "kvmleaf/kvm_abi.def"
		       ) == KVM_KNOWN_EAX,
	"a feature bit is listed twice or is above 31");
#define KVM_HINT(bit, name, qemu, status, first, meaning) +(UINT64_C(1) << (bit))
_Static_assert((0
#include "kvmleaf/kvm_abi.def"
		       ) == KVM_KNOWN_EDX,
	"a hint bit is listed twice or is above 31");
#define KVM_FEATURE(bit, name, qemu, status, first, meaning)                                                           \
	_Static_assert(sizeof(meaning) - 1 <= MEANING_MAX, "meaning too long for its column: " #name);
#define KVM_HINT KVM_FEATURE
#include "kvmleaf/kvm_abi.def"

static const struct {
	char signature[SIGNATURE_SIZE + 1]; /* with its end: compilers warn of text that has none */
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

static const char *const verdicts[] = {
	[VERDICT_NONE] = "none",
	[VERDICT_MASKED] = "masked",
	[VERDICT_OTHER] = "other",
	[VERDICT_KVM_BEHIND] = "kvm-behind",
	[VERDICT_KVM] = "kvm",
};
_Static_assert(COUNT(verdicts) == VERDICT_COUNT, "a verdict has no name");

const char *report_source_name(bool replay)
{
	return replay ? "replay" : "cpu";
}

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict];
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
	static const char *const names[] = { "none", "SEV", "SEV-ES", "SEV-SNP", "TDX" };

	_Static_assert(COUNT(names) == CONFIDENTIAL_COUNT, "a kind of guest has no name");
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
