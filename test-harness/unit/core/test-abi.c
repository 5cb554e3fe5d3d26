/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the table of the guest ABI with the kernel's header, and with old versions of the kernel's document. */
#include "kvmleaf/kvm_abi.h"

#include <asm/kvm_para.h>
#include <linux/kvm_para.h>
#include <glib.h>
#include <string.h>

#include "core/report/report.h"

#define KVM_FEATURE(bit, name, qemu, status, first, meaning)                                                           \
	_Static_assert((bit) == KVM_FEATURE_##name, "not the kernel's bit: " #name);                                   \
	_Static_assert((int)KVM_BIT_##name == KVM_FEATURE_##name, "not the kernel's bit: " #name);
#define KVM_HINT(bit, name, qemu, status, first, meaning)                                                              \
	_Static_assert((bit) == KVM_HINTS_##name, "not the kernel's bit: " #name);                                     \
	_Static_assert((int)KVM_HINT_BIT_##name == KVM_HINTS_##name, "not the kernel's bit: " #name);
#define KVM_MSR(index, name, feature)                                                                                  \
	_Static_assert((index) == MSR_KVM_##name, "not the kernel's MSR: " #name);                                     \
	_Static_assert(KVM_FEATURE_##feature < 32, "no such feature: " #feature);
#define KVM_HYPERCALL(number, name, feature)                                                                           \
	_Static_assert((number) == KVM_HC_##name, "not the kernel's hypercall: " #name);                               \
	_Static_assert(KVM_FEATURE_##feature < 32, "no such feature: " #feature);
#include "kvmleaf/kvm_abi.def"

/* All bits that Linux ever defined: 0-7, 9-17 and 24; hint 0. */
_Static_assert(KVM_KNOWN_EAX == 0x0103feff, "a feature bit is missing, or one is too many");
_Static_assert(KVM_KNOWN_EDX == 0x00000001, "a hint bit is missing, or one is too many");
_Static_assert(HYPERVISOR_BASE_FIRST == KVM_CPUID_SIGNATURE, "the first base is not the kernel's");
_Static_assert(HYPERVISOR_BASE_FIRST + KVM_LEAF_FEATURES == KVM_CPUID_FEATURES, "the feature leaf is not the kernel's");
_Static_assert(HYPERVISOR_BASES == 256 && HYPERVISOR_BASE_LAST == 0x4000ff00, "not Linux's search");

static const struct kvm_feature *feature_of(uint8_t reg, uint32_t bit)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (kvm_features[i].reg == reg && kvm_features[i].bit == bit)
			return &kvm_features[i];
	return NULL;
}

static gboolean unlocks(const struct kvm_unlock *rows, size_t count, uint32_t bit, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].feature_bit == bit && rows[i].number == number)
			return TRUE;
	return FALSE;
}

/*
 * Documentation/virtual/kvm/cpuid.txt as it was in Linux 2.6.38, and in the last release before hints were added. msrs:
 * those that the document's row names. word: occurs in any good description of the feature, so also in our table's.
 */
static const struct {
	const char *flag;
	uint32_t bit, msrs[2];
	gboolean in_2_6_38, deprecated;
	const char *word;
} historical[] = {
	{ "KVM_FEATURE_CLOCKSOURCE", 0, { 0x11, 0x12 }, TRUE, FALSE, "kvmclock" },
	{ "KVM_FEATURE_NOP_IO_DELAY", 1, { 0 }, TRUE, FALSE, "delay" },
	{ "KVM_FEATURE_MMU_OP", 2, { 0 }, TRUE, TRUE, "MMU" },
	{ "KVM_FEATURE_CLOCKSOURCE2", 3, { 0x4b564d00, 0x4b564d01 }, TRUE, FALSE, "kvmclock" },
	{ "KVM_FEATURE_ASYNC_PF", 4, { 0x4b564d02 }, TRUE, FALSE, "async" },
	{ "KVM_FEATURE_STEAL_TIME", 5, { 0x4b564d03 }, FALSE, FALSE, "stolen" },
	{ "KVM_FEATURE_PV_EOI", 6, { 0x4b564d04 }, FALSE, FALSE, "end of interrupt" },
	{ "KVM_FEATURE_PV_UNHALT", 7, { 0 }, FALSE, FALSE, "spinlock" },
	{ "KVM_FEATURE_PV_TLB_FLUSH", 9, { 0 }, FALSE, FALSE, "TLB flush" },
	{ "KVM_FEATURE_ASYNC_PF_VMEXIT", 10, { 0 }, FALSE, FALSE, "exit" },
	{ "KVM_FEATURE_CLOCKSOURCE_STABLE_BIT", 24, { 0 }, TRUE, FALSE, "kvmclock" },
};

static void test_historical_rows(void)
{
	unsigned old = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(historical); i++) {
		const struct kvm_feature *feature = feature_of(KVM_EAX, historical[i].bit);

		g_assert_nonnull(feature);
		g_assert_cmpstr(feature->name, ==, historical[i].flag);
		g_assert_nonnull(strstr(feature->meaning, historical[i].word));
		for (size_t k = 0; k < 2 && historical[i].msrs[k] != 0; k++)
			g_assert_true(unlocks(kvm_msrs, kvm_msr_count, historical[i].bit, historical[i].msrs[k]));
		if (historical[i].deprecated)
			g_assert_cmpint(feature->status, ==, KVM_DEPRECATED);
		old += (unsigned)historical[i].in_2_6_38;
	}
	g_assert_cmpuint(old, ==, 6);
}

/* Feature bit 10 allows bit 2 of the MSR that feature bit 4 unlocks; it has no MSR of its own. */
static void test_async_pf_vmexit(void)
{
	g_assert_cmpint(KVM_ASYNC_PF_DELIVERY_AS_PF_VMEXIT, ==, 1 << 2);
	g_assert_cmphex(MSR_KVM_ASYNC_PF_EN, ==, 0x4b564d02);
	for (size_t i = 0; i < kvm_msr_count; i++)
		g_assert_cmpuint(kvm_msrs[i].feature_bit, !=, 10);
}

/* EBX, ECX and EDX of the signature leaf are the signature; so both versions of the document say. */
static void test_historical_signature(void)
{
	static const uint32_t registers[] = { 0x4b4d564b, 0x564b4d56, 0x4d };
	char signature[12];

	for (size_t i = 0; i < sizeof(signature); i++)
		signature[i] = (char)(registers[i / 4] >> (8 * (i % 4)));
	g_assert_cmpmem(signature, 12, "KVMKVMKVM\0\0\0", 12);
	g_assert_cmpmem(signature, 12, KVM_SIGNATURE, 12);
	g_assert_cmpint(hypervisor_by_signature(signature), ==, HYPERVISOR_KVM);
	g_assert_cmphex(HYPERVISOR_BASE_FIRST, ==, 0x40000000);
	g_assert_cmphex(HYPERVISOR_BASE_FIRST + KVM_LEAF_FEATURES, ==, 0x40000001);
}

static void test_rows_are_unique(void)
{
	for (size_t i = 0; i < kvm_feature_count; i++) {
		for (size_t k = 0; k < i; k++) {
			g_assert_cmpstr(kvm_features[i].name, !=, kvm_features[k].name);
			g_assert_false(kvm_features[i].reg == kvm_features[k].reg &&
				       kvm_features[i].bit == kvm_features[k].bit);
		}
		g_assert_cmpuint(kvm_features[i].bit, <, 32);
	}
	g_assert_cmpuint(kvm_feature_count, ==, 19);
}

static void assert_unlocks(const struct kvm_unlock *rows, size_t count, const char *prefix)
{
	for (size_t i = 0; i < count; i++) {
		g_assert_nonnull(feature_of(KVM_EAX, rows[i].feature_bit));
		g_assert_true(g_str_has_prefix(rows[i].name, prefix));
		for (size_t k = 0; k < i; k++) {
			g_assert_cmpstr(rows[i].name, !=, rows[k].name);
			g_assert_cmphex(rows[i].number, !=, rows[k].number);
		}
	}
}

/*
 * The feature that each MSR and hypercall needs, by Linux Documentation/virt/kvm/x86/{msr,hypercalls}.rst and
 * arch/x86/kvm/x86.c.
 */
static void test_unlocks(void)
{
	static const struct {
		uint32_t number, bit;
	} msrs[] = { { 0x11, 0 }, { 0x12, 0 }, { 0x4b564d00, 3 }, { 0x4b564d01, 3 }, { 0x4b564d02, 4 },
		{ 0x4b564d03, 5 }, { 0x4b564d04, 6 }, { 0x4b564d05, 12 }, { 0x4b564d06, 14 }, { 0x4b564d07, 14 },
		{ 0x4b564d08, 17 } },
	  hypercalls[] = { { 2, 2 }, { 5, 7 }, { 10, 11 }, { 11, 13 }, { 12, 16 } };

	assert_unlocks(kvm_msrs, kvm_msr_count, "MSR_KVM_");
	assert_unlocks(kvm_hypercalls, kvm_hypercall_count, "KVM_HC_");
	g_assert_cmpuint(kvm_msr_count, ==, G_N_ELEMENTS(msrs));
	for (size_t i = 0; i < G_N_ELEMENTS(msrs); i++)
		g_assert_true(unlocks(kvm_msrs, kvm_msr_count, msrs[i].bit, msrs[i].number));
	g_assert_cmpuint(kvm_hypercall_count, ==, G_N_ELEMENTS(hypercalls));
	for (size_t i = 0; i < G_N_ELEMENTS(hypercalls); i++)
		g_assert_true(unlocks(kvm_hypercalls, kvm_hypercall_count, hypercalls[i].bit, hypercalls[i].number));
}

/* KVM never offers bits 15 to 17; bit 0 is superseded and bit 2 removed (Linux arch/x86/kvm/cpuid.c). */
static void test_statuses(void)
{
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];
		gboolean in_eax = feature->reg == KVM_EAX;

		g_assert_cmpint(feature->status == KVM_VMM, ==, in_eax && feature->bit >= 15 && feature->bit <= 17);
		g_assert_cmpint(
			feature->status == KVM_DEPRECATED, ==, in_eax && (feature->bit == 0 || feature->bit == 2));
		g_assert_cmpint(feature->qemu[0] == '\0', ==, in_eax && (feature->bit == 16 || feature->bit == 17));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/abi/historical-rows", test_historical_rows);
	g_test_add_func("/abi/async-pf-vmexit", test_async_pf_vmexit);
	g_test_add_func("/abi/historical-signature", test_historical_signature);
	g_test_add_func("/abi/rows-are-unique", test_rows_are_unique);
	g_test_add_func("/abi/unlocks", test_unlocks);
	g_test_add_func("/abi/statuses", test_statuses);
	return g_test_run();
}
