/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of the guest ABI against the installed kernel header, kvm_expected.def, and older kernel documents. */
#include "kvmleaf/kvm_abi.h"

#include <asm/kvm_para.h>
#include <linux/kvm_para.h>
#include <glib.h>
#include <string.h>

#include "core/report/report.h"
#include "unit/fake/kvm_expected.h"

/*
 * What the installed kernel header says of each name of the table, as text: the number where the header defines the
 * name, and the name itself where the header is older than the feature.
 */
#define TEXT_OF(macro) #macro
#define HEADER_TEXT(macro) TEXT_OF(macro)
static const struct {
	const char *name, *header;
	uint32_t number;
} header_rows[] = {
#define KVM_FEATURE(bit, name, qemu, status, first, meaning)                                                           \
	{ "KVM_FEATURE_" #name, HEADER_TEXT(KVM_FEATURE_##name), (bit) },
#define KVM_HINT(bit, name, qemu, status, first, meaning) { "KVM_HINTS_" #name, HEADER_TEXT(KVM_HINTS_##name), (bit) },
#define KVM_MSR(index, name, feature) { "MSR_KVM_" #name, HEADER_TEXT(MSR_KVM_##name), (index) },
#define KVM_HYPERCALL(number, name, feature) { "KVM_HC_" #name, HEADER_TEXT(KVM_HC_##name), (number) },
#define KVM_HYPERCALL_FREE(number, name) { "KVM_HC_" #name, HEADER_TEXT(KVM_HC_##name), (number) },
#include "kvmleaf/kvm_abi.def"
};

/* Debian 12's header, of Linux 6.1, has all 37 names of that time: a header that has fewer is not the one meant. */
static void test_installed_header(void)
{
	unsigned known = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(header_rows); i++) {
		if (strcmp(header_rows[i].name, header_rows[i].header) == 0) {
			g_test_message("the installed kernel header does not have %s", header_rows[i].name);
			continue;
		}
		known++;
		g_test_message("%s is %s", header_rows[i].name, header_rows[i].header);
		g_assert_cmphex(g_ascii_strtoull(header_rows[i].header, NULL, 0), ==, header_rows[i].number);
	}
	g_assert_cmpuint(known, >=, 37);
}

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

/* Each bit has its row in kvm_expected.def, with the same words, and no bit of the table lacks one. */
static void test_expected_rows(void)
{
	g_assert_cmphex(KVM_KNOWN_EAX, ==, expected_known(KVM_EAX));
	g_assert_cmphex(KVM_KNOWN_EDX, ==, expected_known(KVM_EDX));
	g_assert_cmpuint(kvm_feature_count, ==, G_N_ELEMENTS(kvm_expected));
	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		const struct kvm_feature *feature = feature_of((uint8_t)kvm_expected[i].reg, kvm_expected[i].bit);

		g_assert_nonnull(feature);
		g_assert_cmpstr(feature->name, ==, kvm_expected[i].name);
		g_assert_cmpstr(feature->qemu, ==, kvm_expected[i].qemu);
		g_assert_cmpint(feature->status, ==, kvm_expected[i].status);
	}
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

/* The MSRs and hypercalls of one feature as kvm_expected.def writes them. */
static char *unlocks_text(uint32_t bit)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < kvm_msr_count; i++)
		if (kvm_msrs[i].feature_bit == bit)
			g_string_append_printf(text, "%sMSR 0x%x", text->len > 0 ? ", " : "", kvm_msrs[i].number);
	for (size_t i = 0; i < kvm_hypercall_count; i++)
		if (kvm_hypercalls[i].feature_bit == bit)
			g_string_append_printf(
				text, "%shypercall %u", text->len > 0 ? ", " : "", kvm_hypercalls[i].number);
	return g_string_free(text, FALSE);
}

static void test_unlocks(void)
{
	assert_unlocks(kvm_msrs, kvm_msr_count, "MSR_KVM_");
	assert_unlocks(kvm_hypercalls, kvm_hypercall_count, "KVM_HC_");
	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		g_autofree char *text = unlocks_text(kvm_expected[i].bit);

		if (kvm_expected[i].reg == KVM_EAX)
			g_assert_cmpstr(text, ==, kvm_expected[i].unlocks);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/abi/installed-header", test_installed_header);
	g_test_add_func("/abi/expected-rows", test_expected_rows);
	g_test_add_func("/abi/historical-rows", test_historical_rows);
	g_test_add_func("/abi/async-pf-vmexit", test_async_pf_vmexit);
	g_test_add_func("/abi/historical-signature", test_historical_signature);
	g_test_add_func("/abi/rows-are-unique", test_rows_are_unique);
	g_test_add_func("/abi/unlocks", test_unlocks);
	return g_test_run();
}
