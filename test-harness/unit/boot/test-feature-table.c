/* SPDX-License-Identifier: BSD-2-Clause */
/* The feature table as Markdown, held against Linux's cpuid.rst, msr.rst and hypercalls.rst
 * (Documentation/virt/kvm/x86). */
#include "report/feature_table.h"

#include <string.h>

#include "unit/fake/captured.h"
#include "kvmleaf/kvm_abi.h"

/* Bit, name and what the documents say that it allows. */
static const char *const expected[][3] = {
	{ "EAX 0", "KVM_FEATURE_CLOCKSOURCE", "MSR 0x11, MSR 0x12" },
	{ "EAX 1", "KVM_FEATURE_NOP_IO_DELAY", "" },
	{ "EAX 3", "KVM_FEATURE_CLOCKSOURCE2", "MSR 0x4b564d00, MSR 0x4b564d01" },
	{ "EAX 4", "KVM_FEATURE_ASYNC_PF", "MSR 0x4b564d02" },
	{ "EAX 5", "KVM_FEATURE_STEAL_TIME", "MSR 0x4b564d03" },
	{ "EAX 6", "KVM_FEATURE_PV_EOI", "MSR 0x4b564d04" },
	{ "EAX 7", "KVM_FEATURE_PV_UNHALT", "hypercall 5" },
	{ "EAX 9", "KVM_FEATURE_PV_TLB_FLUSH", "" },
	{ "EAX 11", "KVM_FEATURE_PV_SEND_IPI", "hypercall 10" },
	{ "EAX 12", "KVM_FEATURE_POLL_CONTROL", "MSR 0x4b564d05" },
	{ "EAX 13", "KVM_FEATURE_PV_SCHED_YIELD", "hypercall 11" },
	{ "EAX 14", "KVM_FEATURE_ASYNC_PF_INT", "MSR 0x4b564d06, MSR 0x4b564d07" },
	{ "EAX 16", "KVM_FEATURE_HC_MAP_GPA_RANGE", "hypercall 12" },
	{ "EAX 17", "KVM_FEATURE_MIGRATION_CONTROL", "MSR 0x4b564d08" },
	{ "EAX 24", "KVM_FEATURE_CLOCKSOURCE_STABLE_BIT", "" },
	{ "EDX 0", "KVM_HINTS_REALTIME", "" },
};

static void test_rows(void)
{
	g_autofree char *output = NULL, *errors = NULL;
	g_auto(GStrv) lines = NULL;

	captured_begin();
	feature_table_print();
	captured_end(&output, &errors);
	lines = g_strsplit(output, "\n", 0);
	/* A head of two lines, a row a feature, and nothing behind the last line's end. */
	g_assert_cmpuint(g_strv_length(lines), ==, 2 + kvm_feature_count + 1);
	for (guint i = 0; i < 2 + kvm_feature_count; i++) {
		g_auto(GStrv) cells = g_strsplit(lines[i], "|", 0);

		g_assert_cmpuint(g_strv_length(cells), ==, 1 + 7 + 1);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autofree char *begin = g_strdup_printf("\n| %s | %s | ", expected[i][0], expected[i][1]);
		g_autofree char *unlocks = g_strdup_printf("%s |", expected[i][2]);
		const char *row = strstr(output, begin),
			   *cell = row != NULL ? strstr(row + strlen(begin), " | ") : NULL;

		g_assert_nonnull(cell);
		g_assert_true(g_str_has_prefix(cell + 3, unlocks));
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
