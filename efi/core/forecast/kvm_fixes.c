/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/forecast/forecast.h"

static const struct fix_row {
	uint8_t bit; /* of the feature in EAX, where cpu is "" */
	uint8_t given;
	const char *cpu, *libvirt, *kubevirt, *proxmox;
} rows[KVM_FIXES] = {
#define KVM_FIX_FEATURE(name, given, libvirt, kubevirt)                                                                \
	[KVM_FIX_##name] = { KVM_BIT_##name, KVM_GIVEN_##given, "", libvirt, kubevirt, "" },
#define KVM_FIX_CPU(name, cpu, given, libvirt, kubevirt, proxmox)                                                      \
	[KVM_FIX_##name] = { 0, KVM_GIVEN_##given, cpu, libvirt, kubevirt, proxmox },
#include "kvmleaf/kvm_fixes.def"
};

static const struct kvm_feature *feature_at(uint8_t bit)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].reg == KVM_EAX && kvm_features[i].bit == bit)
			return &kvm_features[i];
	return NULL;
}

struct kvm_fix kvm_fix(enum kvm_fix_row number)
{
	const struct fix_row *row = &rows[number];
	struct kvm_fix fix = { .cpu = row->cpu,
		.given = row->given,
		.libvirt = row->libvirt,
		.kubevirt = row->kubevirt,
		.proxmox = row->proxmox };

	if (row->cpu[0] != '\0')
		return fix;
	fix.feature = feature_at(row->bit);
	if (fix.feature != NULL)
		fix.cpu = fix.feature->qemu;
	return fix;
}

const char *kvm_fix_given_name(enum kvm_fix_given given)
{
	static const char *const names[KVM_GIVENS] = { "all", "host", "split", "asked" };

	return names[given];
}

const char *kvm_fix_given_words(enum kvm_fix_given given)
{
	static const char *const words[KVM_GIVENS] = {
		[KVM_GIVEN_ALL] = "QEMU gives it to every CPU model by itself.",
		[KVM_GIVEN_HOST] = "QEMU gives it to -cpu host and max only.",
		[KVM_GIVEN_SPLIT] = "QEMU gives it with -machine kernel-irqchip=split.",
		[KVM_GIVEN_ASKED] = "This is QEMU's default.",
	};

	return words[given];
}
