/* SPDX-License-Identifier: BSD-2-Clause */
/* The levels of the x86-64 psABI where vCPUs differ, and the comparison of the leaves from which they are judged. */
#include "core/leaves/vcpu_compare.h"
#include "core/output/report_table.h"
#include "unit/core/levelled.h"
#include "unit/core/printed.h"

static void compare(struct report *report, struct recorded *cpu)
{
	struct cpuid_source source = { recorded_query, cpu, recorded_has };
	struct vcpu_slot slot = { .apic_id = 1 };

	cpu->asked_count = 0;
	vcpus_compare(&source, report, &slot);
	vcpus_collect(report, &slot);
}

/* The level of several vCPUs is that of the least of them, in whatever order they come. */
static void test_vcpus(void)
{
	for (unsigned level = 0; level <= ALL; level++) {
		for (int order = 0; order < 2; order++) {
			struct recorded more, less;
			struct report report;
			json_t *json;

			machine(&more, ALL, AMD);
			machine(&less, level, AMD);
			*register_of(&less, 0x80000008, EAX) = 40;
			examine_cpu(order ? &less : &more, &report);
			compare(&report, order ? &more : &less);
			json = cpu_of(&report);
			g_assert_cmpstr(text_at(json, "level"), ==, levels[level]);
			g_assert_cmpint(number_at(json, "phys_bits"), ==, 40);
			json_decref(json);
		}
	}
}

/* A vCPU with fewer leaves, a recording that lacks a leaf of one vCPU, and a vCPU that does not answer. */
static void test_lesser_vcpus(void)
{
	struct recorded cpu, other;
	struct report report;
	struct vcpu_slot silent = { .apic_id = 2 };

	machine(&cpu, ALL, AMD);
	machine(&other, ALL, AMD);
	*register_of(&other, 0, EAX) = 6;
	examine_cpu(&cpu, &report);
	compare(&report, &other);
	assert_level(&report, "x86-64-v2", "BMI1,AVX2,BMI2,XCR0-AVX");
	machine(&other, ALL, AMD);
	forget(&other, 7);
	examine_cpu(&cpu, &report);
	compare(&report, &other);
	assert_unknown(&report, 7);
	examine_cpu(&cpu, &report);
	vcpus_collect(&report, &silent);
	assert_level(&report, "x86-64-v4", "");
}

/* On a CPU without extended leaves 0x80000000 may repeat the highest basic leaf, which has ids. */
static void test_no_extended_leaves(void)
{
	struct recorded cpu, other;
	struct report report;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	*register_of(&cpu, 0, EAX) = 1;
	recorded_set(&cpu, 0x80000000, 0x806f8, 0x00010800, 0xfffa3203, 0x1f8bfbff);
	other = cpu;
	*register_of(&other, 1, EBX) = 0x01010800;
	*register_of(&other, 0x80000000, EBX) = 0x01010800;
	examine_cpu(&cpu, &report);
	compare(&report, &other);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 0);
	/* One that does not repeat it is another thing. */
	*register_of(&other, 0x80000000, EBX) = 0x02010800;
	compare(&report, &other);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 1);
}

/* Subleaf 1 of leaves 7 and 0xd is compared, except for the size of the state that is enabled. */
static void test_subleaves(void)
{
	struct recorded cpu, other;
	struct report report;
	g_autofree char *body = NULL;

	machine(&cpu, ALL, AMD);
	*register_of(&cpu, 7, EAX) = 1;
	recorded_subleaf(&cpu, 7, 1, 0x30, 0, 0, 0);
	recorded_subleaf(&cpu, 0xd, 1, 0xf, 0x340, 0, 0);
	examine_cpu(&cpu, &report);
	assert_leaves(&report, &cpu);
	other = cpu;
	other.leaves[other.count - 1].regs.ebx = 0x980;
	compare(&report, &other);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 0);
	other.leaves[other.count - 2].regs.eax = 0x31;
	compare(&report, &other);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 1);
	g_assert_cmphex(report.vcpu_differences[0].leaf, ==, 7);
	g_assert_cmphex(report.vcpu_differences[0].subleaf, ==, 1);
	body = printed(table_body, &report);
	g_assert_nonnull(strstr(body, "\r\n    0x00000007 subleaf 1 EAX=0x00000031, the first has 0x00000030\r\n"));
	/* They say nothing of the features that stand in subleaf 0. */
	machine(&cpu, 2, AMD);
	*register_of(&cpu, 7, EAX) = 1;
	recorded_subleaf(&cpu, 7, 1, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX);
	recorded_subleaf(&cpu, 0xd, 1, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX);
	examine_cpu(&cpu, &report);
	assert_level(&report, "x86-64-v2", "FMA,MOVBE,XSAVE,AVX,F16C,BMI1,AVX2,BMI2,XCR0-AVX,LZCNT");
	/* Where leaf 7 says that it has no subleaf 1, none is read; what is all zeros is not recorded. */
	*register_of(&cpu, 7, EAX) = 0;
	cpu.leaves[cpu.count - 1].regs = (struct cpuid_regs){ 0 };
	examine_cpu(&cpu, &report);
	g_assert_cmpuint(report.leaf_count, ==, cpu.count - 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cpu-vcpus/least", test_vcpus);
	g_test_add_func("/cpu-vcpus/lesser", test_lesser_vcpus);
	g_test_add_func("/cpu-vcpus/no-extended-leaves", test_no_extended_leaves);
	g_test_add_func("/cpu-vcpus/subleaves", test_subleaves);
	return g_test_run();
}
