/* SPDX-License-Identifier: BSD-2-Clause */
/* The feature table as Markdown, compared with kvm_expected.def. */
#include "report/feature_table.h"

#include <string.h>

#include "unit/fake/captured.h"
#include "unit/kvm_expected.h"

static void test_rows(void)
{
	g_autofree char *output = NULL, *errors = NULL;
	g_auto(GStrv) lines = NULL;

	captured_begin();
	feature_table_print();
	captured_end(&output, &errors);
	lines = g_strsplit(output, "\n", 0);
	/* Two header lines, a row for each feature, and nothing after the last newline. */
	g_assert_cmpuint(g_strv_length(lines), ==, 2 + kvm_feature_count + 1);
	for (guint i = 0; i < 2 + kvm_feature_count; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "|", 0);

		g_assert_cmpuint(g_strv_length(cells), ==, 1 + 7 + 1);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		const struct kvm_expected *row = &kvm_expected[i];
		g_autofree char *cells = g_strdup_printf("\n| %s %u | %s | %s | %s | ",
			row->reg == KVM_EAX ? "EAX" : "EDX", row->bit, row->name, row->qemu, row->unlocks);

		g_assert_nonnull(strstr(output, cells));
	}
	g_assert_nonnull(strstr(output, "| KVM_FEATURE_CLOCKSOURCE | kvmclock | MSR 0x11, MSR 0x12 | deprecated | "));
	g_assert_nonnull(strstr(output, "| hypercall 12 | set by the VMM only | "));
	g_assert_nonnull(strstr(output, "| MSR 0x4b564d04 | active | "));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/feature-table/rows", test_rows);
	return g_test_run();
}
