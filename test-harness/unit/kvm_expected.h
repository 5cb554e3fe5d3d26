/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of kvm_expected.def as C, for the unit tests that hold the feature table against them. */
#ifndef KVMLEAF_UNIT_KVM_EXPECTED_H
#define KVMLEAF_UNIT_KVM_EXPECTED_H

#include <glib.h>
#include <string.h>

#include "kvmleaf/kvm_abi.h"

struct kvm_expected {
	enum kvm_register reg;
	uint32_t bit;
	const char *name, *qemu;
	enum kvm_row_status status;
	gboolean offered;
	const char *unlocks, *probed;
};

static const struct kvm_expected kvm_expected[] = {
#define EXPECT(reg, bit, name, qemu, status, offered, unlocks, probed, words)                                          \
	{ KVM_##reg, (bit), name, qemu, KVM_##status, (offered), unlocks, probed },
#include "unit/kvm_expected.def"
};

/* All bits of a register that have a name. */
static inline uint32_t expected_known(enum kvm_register reg)
{
	uint32_t known = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		if (kvm_expected[i].reg == reg)
			known |= UINT32_C(1) << kvm_expected[i].bit;
	return known;
}

/* The bits of a register that QEMU has properties for. */
static inline uint32_t expected_of_qemu(enum kvm_register reg)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		if (kvm_expected[i].reg == reg && *kvm_expected[i].qemu != '\0')
			bits |= UINT32_C(1) << kvm_expected[i].bit;
	return bits;
}

/* The features that KVM offers of itself. */
static inline uint32_t expected_offered(void)
{
	uint32_t offered = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		if (kvm_expected[i].reg == KVM_EAX && kvm_expected[i].offered)
			offered |= UINT32_C(1) << kvm_expected[i].bit;
	return offered;
}

/* How many numbers of this kind the features unlock: "hypercall", or "MSR 0x4b564d" for those of KVM's own range. */
static inline unsigned expected_unlocks(const char *kind)
{
	unsigned count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++)
		for (const char *at = kvm_expected[i].unlocks; (at = strstr(at, kind)) != NULL; at++)
			count++;
	return count;
}

/* The name without the kernel's prefix, as the screen shows it. */
static inline const char *expected_bare_name(const struct kvm_expected *row)
{
	return row->name + strlen(row->reg == KVM_EAX ? "KVM_FEATURE_" : "KVM_HINTS_");
}

#endif
