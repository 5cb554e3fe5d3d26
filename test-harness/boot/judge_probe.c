/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge_probe.h"

#include <stdio.h>
#include <string.h>

#include "oracle.h"
#include "report_access.h"

#define WORKS "works"
#define UNTESTED "advertised, cannot be tested here"
#define MASKED_WORKS "masked but works"
#define MASKED_REFUSED "masked and refused"
#define ABSENT "absent"

static gboolean has(uint32_t word, unsigned bit)
{
	return ((word >> bit) & 1) != 0;
}

/* Whether a guest gets at what the feature unlocks, advertised or not. */
static gboolean is_reachable(const struct probed_guest *guest, unsigned bit)
{
	return has(guest->advertised[KVM_EAX], bit) || (!guest->enforced && has(guest->offered, bit));
}

static gboolean is_gated(const struct kvm_feature *feature)
{
	if (feature->reg != KVM_EAX)
		return FALSE;
	for (size_t i = 0; i < kvm_msr_count; i++)
		if (kvm_msrs[i].feature_bit == feature->bit)
			return TRUE;
	for (size_t i = 0; i < kvm_hypercall_count; i++)
		if (kvm_hypercalls[i].feature_bit == feature->bit)
			return TRUE;
	return FALSE;
}

/* The features whose test needs another feature's MSR. */
static const char *expected_by_way_of(const struct kvm_feature *feature, const struct probed_guest *guest)
{
	gboolean advertised = has(guest->advertised[feature->reg], feature->bit);

	if (feature->reg == KVM_EDX)
		return advertised ? UNTESTED : ABSENT;
	switch (feature->bit) {
	case KVM_BIT_PV_TLB_FLUSH:
		return !advertised ? ABSENT : is_reachable(guest, KVM_BIT_STEAL_TIME) ? WORKS : UNTESTED;
	case KVM_BIT_CLOCKSOURCE_STABLE_BIT: /* whether the host's clock is stable is the host's affair */
		return !advertised ? ABSENT : is_reachable(guest, KVM_BIT_CLOCKSOURCE2) ? WORKS "|" UNTESTED : UNTESTED;
	case KVM_BIT_ASYNC_PF_VMEXIT:
		if (!is_reachable(guest, KVM_BIT_ASYNC_PF))
			return advertised ? UNTESTED : ABSENT;
		return advertised ? WORKS : is_reachable(guest, feature->bit) ? MASKED_WORKS : MASKED_REFUSED;
	default:
		return advertised ? UNTESTED : ABSENT;
	}
}

const char *probe_expected(const struct kvm_feature *feature, const struct probed_guest *guest)
{
	if (!is_gated(feature))
		return expected_by_way_of(feature, guest);
	if (has(guest->advertised[KVM_EAX], feature->bit))
		return WORKS;
	return is_reachable(guest, feature->bit) ? MASKED_WORKS : MASKED_REFUSED;
}

static gboolean is_on_console(const GPtrArray *lines, const struct kvm_feature *feature, const char *shown)
{
	for (guint i = 0; i < lines->len; i++) {
		unsigned bit;
		char name[64], result[64];

		if (sscanf(g_ptr_array_index(lines, i), "%u %63s %63[^\n]", &bit, name, result) == 3 &&
			bit == feature->bit && strcmp(name, kvm_feature_bare_name(feature)) == 0 &&
			strcmp(result, shown) == 0)
			return TRUE;
	}
	return FALSE;
}

static void judge_row(const struct boot_case *boot_case, const struct kvm_feature *feature, const json_t *row,
	const char *expected, GPtrArray *wrong)
{
	const char *result = report_string_member(row, "result");
	const char *why = report_string_member(row, "why");
	g_auto(GStrv) good = g_strsplit(expected, "|", 0);

	if (has(boot_case->broken[feature->reg], feature->bit)) {
		if (g_strcmp0(result, "advertised but refused") != 0 && g_strcmp0(result, "advertised but wrong") != 0)
			g_ptr_array_add(wrong, g_strdup_printf("%s is probed \"%s\"; the case says it is broken",
						       feature->name, result ?: "not at all"));
	} else if (result == NULL || !g_strv_contains((const char *const *)good, result)) {
		g_ptr_array_add(
			wrong, g_strdup_printf("%s is probed \"%s\"%s%s; by KVM's rules it is \"%s\"", feature->name,
				       result ?: "not at all", why != NULL ? ": " : "", why ?: "", expected));
	}
}

/* Without KVM's own interrupt controller, what needs it is refused, masked or not. */
static uint32_t offered_by(const struct boot_case *boot_case, uint32_t offered)
{
	static const unsigned bits[] = { KVM_BIT_ASYNC_PF, KVM_BIT_ASYNC_PF_VMEXIT, KVM_BIT_ASYNC_PF_INT,
		KVM_BIT_PV_SEND_IPI };

	for (size_t i = 0; i < G_N_ELEMENTS(bits) && strstr(boot_case->machine, "kernel-irqchip=off") != NULL; i++)
		offered &= ~(UINT32_C(1) << bits[i]);
	return offered;
}

void judge_probe(const struct boot_case *boot_case, const json_t *report, const GPtrArray *lines, GPtrArray *wrong)
{
	const json_t *probe = json_object_get(report, "probe");
	const json_t *kvm = json_object_get(report, "kvm");
	gboolean is_kvm = strcmp(boot_case->accel, "kvm") == 0;
	struct probed_guest guest = { .enforced = strstr(boot_case->cpu, "kvm-pv-enforce-cpuid=on") != NULL };

	if (probe == NULL)
		return;
	guest.advertised[KVM_EAX] = report_hex_member(kvm, "eax");
	guest.advertised[KVM_EDX] = report_hex_member(kvm, "edx");
	if (is_kvm && !oracle_supported(&guest.offered))
		return;
	guest.offered = offered_by(boot_case, guest.offered);
	if (json_is_true(json_object_get(json_object_get(report, "listening"), "kvm_answers")) != is_kvm)
		add_line(wrong, "KVM is said %sto answer", is_kvm ? "not " : "");
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const struct kvm_feature *feature = &kvm_features[i];
		const json_t *row = report_row(probe, "feature", feature->name);
		const char *why = report_string_member(row, "why");
		g_autofree char *shown = g_strconcat(report_string_member(row, "result") ?: "nothing",
			why != NULL ? " (" : NULL, why, why != NULL ? ")" : NULL, NULL);

		judge_row(boot_case, feature, row, is_kvm ? probe_expected(feature, &guest) : ABSENT, wrong);
		if (!is_on_console(lines, feature, shown))
			add_line(wrong, "%s is \"%s\" in the report, and not on the console", feature->name, shown);
	}
}
