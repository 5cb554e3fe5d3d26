/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge_vcpus.h"

#include "kvmleaf/kvm_abi.h"
#include "report_access.h"

/*
 * The bits of KVM's feature leaf that some vCPU has unlike the first, by the report. FALSE where that leaf is not KVM's
 * on all of them.
 */
static gboolean differing_bits(const json_t *report, uint32_t *ret_words)
{
	uint32_t leaf = report_hex_member(json_object_get(report, "kvm"), "base") + KVM_LEAF_FEATURES;
	gboolean is_kvm = TRUE;
	size_t i;
	json_t *row;

	ret_words[KVM_EAX] = ret_words[KVM_EDX] = 0;
	json_array_foreach(json_object_get(json_object_get(report, "vcpus"), "differing"), i, row)
	{
		const char *reg = report_string_member(row, "register");

		is_kvm = is_kvm && report_hex_member(row, "leaf") != leaf - KVM_LEAF_FEATURES;
		if (report_hex_member(row, "leaf") != leaf)
			continue;
		if (g_strcmp0(reg, "eax") == 0)
			ret_words[KVM_EAX] |= report_hex_member(row, "first") ^ report_hex_member(row, "value");
		else if (g_strcmp0(reg, "edx") == 0)
			ret_words[KVM_EDX] |= report_hex_member(row, "first") ^ report_hex_member(row, "value");
	}
	return is_kvm;
}

void judge_vcpus(
	const struct boot_case *boot_case, const json_t *report, const struct guest_result *result, GPtrArray *wrong)
{
	const json_t *vcpus = json_object_get(report, "vcpus");
	json_int_t count = json_integer_value(json_object_get(vcpus, "count"));
	json_int_t checked = json_integer_value(json_object_get(vcpus, "checked"));
	json_int_t silent = json_integer_value(json_object_get(json_object_get(vcpus, "silent"), "count"));
	size_t rows = json_array_size(json_object_get(vcpus, "differing"));
	gboolean differ = g_strcmp0(boot_case->vcpus, "differ") == 0;
	uint32_t words[2];

	if (report == NULL)
		return;
	if (count != (json_int_t)boot_case->smp)
		add_line(wrong, "the report counts %d vCPUs; the case has %u", (int)count, boot_case->smp);
	if (checked + silent != count && !report_has_problem(report, "no-mp-services"))
		add_line(wrong, "of %d vCPUs %d were looked at and %d silent", (int)count, (int)checked, (int)silent);
	if ((rows > 0) != differ)
		add_line(wrong, "the vCPUs %s; in the case they %s", rows > 0 ? "differ" : "agree",
			differ ? "differ" : "agree");
	if (!differing_bits(report, words))
		return;
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		if (result->has_words && words[reg] != result->words_differing[reg])
			add_line(wrong, "the vCPUs differ in %s by 0x%08x; QEMU's feature words of them by 0x%08x",
				reg == KVM_EAX ? "EAX" : "EDX", words[reg], result->words_differing[reg]);
}
