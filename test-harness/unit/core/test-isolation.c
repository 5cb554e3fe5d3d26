/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hyper-V's isolated guests: leaf 0x4000000c EBX[3:0] is 1 for VBS, 2 for SEV-SNP, 3 for TDX, where leaf 0x40000003
 * EBX[22] is set (Linux include/hyperv/hvgdk_mini.h and hvhdk.h, arch/x86/kernel/cpu/mshyperv.c).
 */
#include "core/output/confidential_output.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "unit/fake/recorded.h"

enum { HV1 = 0x31237648, ISOLATION = 1 << 22, BASE = 0x40000000 };

static void guest(struct report *report, uint32_t base, uint32_t interface, uint32_t privileges, uint32_t type)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, base, base + 0xc, "Microsoft Hv");
	recorded_set(&cpu, base + 1, interface, 0, 0, 0);
	recorded_set(&cpu, base + 3, 0, privileges, 0, 0);
	/* As an SNP guest on Azure logs it: group A 0x1, group B 0xba2. */
	recorded_set(&cpu, base + 0xc, 1, 0xba0 | type, 0, 0);
	recorded_judge(&cpu, report);
}

static void assert_active(const struct report *report, const char *name)
{
	json_t *root = printed_members(confidential_json, report);
	const json_t *confidential = json_object_get(root, "confidential");
	g_autofree char *line = printed(confidential_table, report);

	if (name == NULL) {
		g_assert_null(confidential);
		g_assert_cmpstr(line, ==, "");
	} else {
		g_autofree char *beginning = g_strdup_printf("Confidential guest: %s; the probe ", name);

		g_assert_cmpstr(text_at(confidential, "active"), ==, name);
		assert_strings(json_object_get(confidential, "supported"), name);
		g_assert_true(g_str_has_prefix(line, beginning));
	}
	json_decref(root);
}

static void test_types(void)
{
	static const char *const names[16] = { NULL, "VBS", "SEV-SNP", "TDX" };

	for (uint32_t type = 0; type < 16; type++) {
		struct report report;

		g_test_message("type %u", type);
		guest(&report, BASE, HV1, ISOLATION, type);
		assert_active(&report, names[type]);
		guest(&report, BASE + 0x100, HV1, UINT32_MAX, type);
		assert_active(&report, names[type]);
		/* Without the privilege the leaf means nothing, and neither does it without the interface. */
		guest(&report, BASE, HV1, ~(uint32_t)ISOLATION, type);
		assert_active(&report, NULL);
		guest(&report, BASE, HV1 + 1, ISOLATION, type);
		assert_active(&report, NULL);
	}
}

/* A block that ends before the leaf. */
static void test_short_block(void)
{
	struct recorded cpu;
	struct report report;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, BASE, BASE + 0xb, "Microsoft Hv");
	recorded_set(&cpu, BASE + 1, HV1, 0, 0, 0);
	recorded_set(&cpu, BASE + 3, 0, ISOLATION, 0, 0);
	recorded_set(&cpu, BASE + 0xc, 1, 2, 0, 0);
	recorded_judge(&cpu, &report);
	assert_active(&report, NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/isolation/types", test_types);
	g_test_add_func("/isolation/short-block", test_short_block);
	return g_test_run();
}
