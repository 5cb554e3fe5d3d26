/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/kvm_names.h"

#include "core/base/columns.h"
#include "core/base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct kvm_feature kvm_features[] = {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning)                                                           \
	{ (bit), KVM_EAX, KVM_##status, "KVM_FEATURE_" #name, qemu, first, meaning },
#define KVM_HINT(bit, name, qemu, status, first, meaning)                                                              \
	{ (bit), KVM_EDX, KVM_##status, "KVM_HINTS_" #name, qemu, first, meaning },
#include "kvmleaf/kvm_abi.def"
};
const size_t kvm_feature_count = COUNT(kvm_features);

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

/* The sum of the bits equals their OR only if no bit is listed twice and none is above 31. */
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
	_Static_assert(sizeof(#name) - 1 < COLUMN_NAME, "name too long for its column: " #name);                       \
	_Static_assert(sizeof(qemu) - 1 < COLUMN_QEMU, "property too long for its column: " #name);                    \
	_Static_assert(sizeof(meaning) - 1 <= COLUMN_MEANING, "meaning too long for its column: " #name);
#define KVM_HINT KVM_FEATURE
#include "kvmleaf/kvm_abi.def"

const char *kvm_feature_bare_name(const struct kvm_feature *feature)
{
	return feature->name + (feature->reg == KVM_EAX ? sizeof("KVM_FEATURE_") : sizeof("KVM_HINTS_")) - 1;
}

static bool names_feature(const struct kvm_feature *feature, const char *name, size_t length)
{
	const char *bare = kvm_feature_bare_name(feature);

	return string_equal_nocase(name, length, feature->name) || string_equal_nocase(name, length, bare);
}

const char *kvm_bits_by_name(const char *name, size_t length, uint32_t *ret_eax, uint32_t *ret_edx)
{
	const char *found = NULL;
	uint32_t bits[2] = { 0, 0 };

	if (length == 0)
		return NULL;
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];

		if (names_feature(feature, name, length))
			found = feature->name;
		else if (string_equal_nocase(name, length, feature->qemu))
			found = feature->qemu;
		else
			continue;
		bits[feature->reg] |= UINT32_C(1) << feature->bit;
	}
	*ret_eax = bits[KVM_EAX];
	*ret_edx = bits[KVM_EDX];
	return found;
}

enum cpuid_register kvm_register_of(enum kvm_register reg)
{
	return reg == KVM_EAX ? CPUID_EAX : CPUID_EDX;
}
