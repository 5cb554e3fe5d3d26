/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge_vcpus.h"

#include <string.h>

#include "kvmleaf/kvm_abi.h"

static void complain(GPtrArray *wrong, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void complain(GPtrArray *wrong, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_ptr_array_add(wrong, g_strdup_vprintf(format, arguments));
	va_end(arguments);
}

static uint32_t hex_member(const json_t *object, const char *key)
{
	return (uint32_t)g_ascii_strtoull(json_string_value(json_object_get(object, key)) ?: "0", NULL, 16);
}

/*
 * The bits of KVM's feature leaf that some vCPU has unlike the first, by the report. FALSE where that leaf is not KVM's
 * on all of them.
 */
static gboolean differing_bits(const json_t *report, uint32_t *ret_words)
{
	uint32_t leaf = hex_member(json_object_get(report, "kvm"), "base") + KVM_LEAF_FEATURES;
	gboolean is_kvm = TRUE;
	size_t i;
	json_t *row;

	ret_words[KVM_EAX] = ret_words[KVM_EDX] = 0;
	json_array_foreach(json_object_get(json_object_get(report, "vcpus"), "differing"), i, row)
	{
		const char *reg = json_string_value(json_object_get(row, "register"));

		is_kvm = is_kvm && hex_member(row, "leaf") != leaf - KVM_LEAF_FEATURES;
		if (hex_member(row, "leaf") != leaf)
			continue;
		if (g_strcmp0(reg, "eax") == 0)
			ret_words[KVM_EAX] |= hex_member(row, "first") ^ hex_member(row, "value");
		else if (g_strcmp0(reg, "edx") == 0)
			ret_words[KVM_EDX] |= hex_member(row, "first") ^ hex_member(row, "value");
	}
	return is_kvm;
}

static gboolean has_problem(const json_t *report, const char *problem)
{
	gboolean found = FALSE;
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(report, "problems"), i, row)
	{
		found |= g_strcmp0(json_string_value(json_object_get(row, "problem")), problem) == 0;
	}
	return found;
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
		complain(wrong, "the report counts %d vCPUs; the case has %u", (int)count, boot_case->smp);
	if (checked + silent != count && !has_problem(report, "no-mp-services"))
		complain(wrong, "of %d vCPUs %d were looked at and %d silent", (int)count, (int)checked, (int)silent);
	if ((rows > 0) != differ)
		complain(wrong, "the vCPUs %s; in the case they %s", rows > 0 ? "differ" : "agree",
			differ ? "differ" : "agree");
	if (!differing_bits(report, words))
		return;
	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++)
		if (result->has_words && words[reg] != result->words_differing[reg])
			complain(wrong, "the vCPUs differ in %s by 0x%08x; QEMU's feature words of them by 0x%08x",
				reg == KVM_EAX ? "EAX" : "EDX", words[reg], result->words_differing[reg]);
}
