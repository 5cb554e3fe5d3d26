/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of an examination, seen from its hooks: what is known when each of them is called, and what is not yet. */
#include "core/judge/examine.h"
#include "unit/fake/recorded.h"

struct trace {
	GString *order;
	bool goes_on; /* what compare_vcpus returns */
};

static bool compare_vcpus(void *context, struct report *report)
{
	struct trace *trace = context;

	g_string_append(trace->order, "compare ");
	g_assert_cmpuint(report->vcpu_count, ==, 1);
	g_assert_cmpuint(report->vcpus_checked, ==, 1);
	g_assert_cmpuint(report->block_count, ==, 1);
	g_assert_false(report->kvm.present);
	report->vcpu_count = 5;
	return trace->goes_on;
}

static void probe(void *context, struct report *report)
{
	struct trace *trace = context;

	g_string_append(trace->order, "probe ");
	g_assert_true(report->kvm.present);
	g_assert_cmphex(report->kvm.eax, ==, 0x40);
	/* The leaves of confidential guests are decoded by now, and the verdict is not made. */
	g_assert_cmphex(report->confidential.supported, ==, 1 << CONFIDENTIAL_SEV);
	g_assert_cmpint(report->verdict, ==, VERDICT_NONE);
	g_assert_false(report->expectations[0].holds);
	report->probe.run = true;
	report->probe.results[0].outcome = PROBE_REFUSED;
}

static bool examine_kvm(struct report *report, struct trace *trace, bool compares, bool probes)
{
	struct recorded cpu;
	struct cpuid_source source = { recorded_query, &cpu, recorded_has };
	const struct examination examination = { .cpu = &source,
		.compare_vcpus = compares ? compare_vcpus : NULL,
		.probe = probes ? probe : NULL,
		.context = trace };

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 0x40, 0);
	recorded_set(&cpu, 0x80000000, 0x8000001f, 0, 0, 0);
	recorded_set(&cpu, 0x8000001f, 1 << 1, 0, 0, 0);
	*report = (struct report){ .expectation_count = 1, .enforced = true, .foreign_machine = true };
	report->expectations[0] = (struct expectation){ .kind = EXPECT_REQUIRE, .eax = 0x40, .name = "PV_EOI" };
	return examine(&examination, report);
}

static void test_order(void)
{
	g_autoptr(GString) order = g_string_new(NULL);
	struct trace trace = { order, true };
	struct report report;

	g_assert_true(examine_kvm(&report, &trace, true, true));
	g_assert_cmpstr(order->str, ==, "compare probe ");
	g_assert_cmpuint(report.vcpu_count, ==, 5);
	g_assert_cmpint(report.verdict, ==, VERDICT_KVM);
	g_assert_true(report.expectations[0].holds);
	g_assert_cmpint(judge_status(&report), ==, STATUS_PROBE);
	/* What was known beforehand is still there, and was used. */
	g_assert_true(report.enforced);
	g_assert_cmpstr(hypervisor_title(&report.blocks[0]), ==, "KVM interface");
	g_assert_cmpint(report.source, ==, SOURCE_CPU);
}

static void test_hooks_are_optional(void)
{
	struct report report;

	g_assert_true(examine_kvm(&report, NULL, false, false));
	g_assert_cmpuint(report.vcpu_count, ==, 1);
	g_assert_cmpuint(report.vcpus_checked, ==, 1);
	g_assert_false(report.probe.run);
	g_assert_cmpint(judge_status(&report), ==, STATUS_PASS);
}

static void test_comparison_ends_it(void)
{
	g_autoptr(GString) order = g_string_new(NULL);
	struct trace trace = { order, false };
	struct report report;

	g_assert_false(examine_kvm(&report, &trace, true, true));
	g_assert_cmpstr(order->str, ==, "compare ");
	g_assert_false(report.kvm.present);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/examine/order", test_order);
	g_test_add_func("/examine/hooks-are-optional", test_hooks_are_optional);
	g_test_add_func("/examine/comparison-ends-it", test_comparison_ends_it);
	return g_test_run();
}
