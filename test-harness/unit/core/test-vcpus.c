/* SPDX-License-Identifier: BSD-2-Clause */
/* vCPUs compared with the first: only their own bits may differ, and the report stays small. */
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"
#include "unit/fake/recorded.h"
#include "core/leaves/vcpu_compare.h"

static void first_cpu(struct recorded *cpu, struct report *report)
{
	recorded_init(cpu, INTEL, MISSING_TOP, TRUE);
	recorded_kvm(cpu, 0x40000000, 0x40000001, 0x01007afb, 0);
	recorded_judge(cpu, report);
}

/* Another vCPU of the same machine: its APIC ids, OSXSAVE and the size of its XSAVE area differ. */
static void other_cpu(struct recorded *cpu, const struct recorded *first, uint32_t apic_id)
{
	*cpu = *first;
	cpu->asked_count = 0;
	cpu->leaves[1].regs.ebx = apic_id << 24 | 0x00010800;
	cpu->leaves[1].regs.ecx ^= 1u << 27;
	cpu->leaves[2].regs.ebx = 0x340;
}

static void collect(struct report *report, struct recorded *cpu, uint32_t apic_id)
{
	struct cpuid_source source = { recorded_query, cpu, recorded_has };
	struct vcpu_slot slot = { .apic_id = apic_id };

	vcpus_compare(&source, report, &slot);
	g_assert_cmpuint(slot.done, ==, 1);
	report->vcpu_count++;
	vcpus_collect(report, &slot);
}

static void test_same(void)
{
	struct recorded first, other;
	struct report report;

	first_cpu(&first, &report);
	for (uint32_t id = 1; id < 300; id++) {
		other_cpu(&other, &first, id);
		collect(&report, &other, id);
	}
	g_assert_cmpuint(report.vcpus_checked, ==, 300);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 0);
	g_assert_cmpint(judge_status(&report), ==, STATUS_PASS);
}

static void test_feature_bit(void)
{
	struct recorded first, other;
	struct report report;

	first_cpu(&first, &report);
	for (uint32_t id = 1; id < 8; id++) {
		other_cpu(&other, &first, id);
		if (id != 4)
			other.leaves[4].regs.eax &= ~(1u << KVM_BIT_PV_EOI);
		collect(&report, &other, id);
	}
	g_assert_cmpuint(report.vcpu_difference_count, ==, 1);
	g_assert_cmphex(report.vcpu_differences[0].leaf, ==, 0x40000001);
	g_assert_cmpint(report.vcpu_differences[0].reg, ==, 0);
	g_assert_cmphex(report.vcpu_differences[0].first, ==, 0x01007afb);
	g_assert_cmphex(report.vcpu_differences[0].value, ==, 0x01007abb);
	g_assert_cmpuint(report.vcpu_differences[0].vcpus.count, ==, 6);
	g_assert_cmpuint(report.vcpu_differences[0].vcpus.range_count, ==, 2);
	g_assert_cmphex(report.vcpu_differences[0].vcpus.ranges[0].last, ==, 3);
	g_assert_cmphex(report.vcpu_differences[0].vcpus.ranges[1].first, ==, 5);
	g_assert_cmpint(judge_status(&report), ==, STATUS_VCPUS);
}

/* A block at a base where the first vCPU has none is a difference. */
static void test_block_elsewhere(void)
{
	struct recorded first, other;
	struct report report;

	first_cpu(&first, &report);
	other_cpu(&other, &first, 1);
	recorded_kvm(&other, 0x40000100, 0x40000101, 0x01007afb, 0);
	collect(&report, &other, 1);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 4);
	g_assert_cmphex(report.vcpu_differences[0].leaf, ==, 0x40000100);
	/* KVM's leaves are compared first, before other differences fill the slot. */
	recorded_init(&first, INTEL, MISSING_ZEROS, TRUE);
	recorded_base(&first, 0x40000000, 0x40000008, "Microsoft Hv");
	for (uint32_t leaf = 0x40000001; leaf <= 0x40000008; leaf++)
		recorded_set(&first, leaf, 1, 2, 3, 4);
	recorded_kvm(&first, 0x40000100, 0x40000101, 0x01007afb, 0);
	recorded_judge(&first, &report);
	recorded_init(&other, INTEL, MISSING_ZEROS, TRUE);
	collect(&report, &other, 1);
	g_assert_cmphex(report.vcpu_differences[0].leaf, ==, 0x40000100);
	g_assert_cmpuint(report.vcpu_differences_dropped, >, 0);
	/* Missing leaves that repeat the highest basic leaf of each vCPU are not a difference. */
	first_cpu(&first, &report);
	other_cpu(&other, &first, 1);
	other.leaves[2].regs.ecx++;
	collect(&report, &other, 1);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 1);
	g_assert_cmphex(report.vcpu_differences[0].leaf, ==, 0xd);
}

/* Every vCPU differs from all others in every register: the report says how much it leaves out, and fits. */
static void test_all_differ(void)
{
	g_autofree char *json = g_malloc(REPORT_SIZE_MAX);
	struct recorded first, other;
	struct report report;
	size_t length;
	json_t *root;

	first_cpu(&first, &report);
	for (uint32_t id = 1; id < 4096; id++) {
		other_cpu(&other, &first, 2 * id);
		for (size_t leaf = 0; leaf < other.count; leaf++)
			other.leaves[leaf].regs.edx += id;
		collect(&report, &other, 2 * id);
	}
	g_assert_cmpuint(report.vcpu_difference_count, ==, VCPU_DIFFERENCES_MAX);
	g_assert_cmpuint(report.vcpu_differences_dropped, ==, 4095 * 5 - VCPU_DIFFERENCES_MAX);
	g_assert_cmpuint(report.vcpus_differing.count, ==, 4095);
	length = report_json(&report, json, REPORT_SIZE_MAX);
	g_assert_cmpuint(length, >, 0);
	root = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(root);
	g_assert_null(json_object_get(root, "missing"));
	json_decref(root);
	/* With little room the differences are left out last, and "missing" says so. */
	length = report_json(&report, json, 2048);
	g_assert_cmpuint(length, >, 0);
	root = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
	g_assert_nonnull(root);
	g_assert_cmpstr(json_string_value(json_array_get(json_object_get(root, "missing"), 4)), ==, "differing-vcpus");
	g_assert_cmpuint(json_array_size(json_object_get(json_object_get(root, "vcpus"), "differing")), ==, 0);
	json_decref(root);
}

static void test_silent(void)
{
	struct recorded first;
	struct report report;

	first_cpu(&first, &report);
	report.vcpu_count = 3;
	vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 7 });
	vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 8 });
	g_assert_cmpuint(report.vcpus_checked, ==, 1);
	g_assert_cmpuint(report.vcpus_silent.count, ==, 2);
	g_assert_cmpuint(report.vcpus_silent.range_count, ==, 1);
	g_assert_cmpint(judge_status(&report), ==, STATUS_VCPUS);
}

/* EBX of base+4 is the vCPU's id in Xen's block only. */
static void test_xen(void)
{
	static const char *const signatures[] = { "XenVMMXenVMM", "VMwareVMware" };

	for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++) {
		struct recorded first, other;
		struct report report;

		recorded_init(&first, AMD, MISSING_ZEROS, TRUE);
		recorded_base(&first, 0x40000000, 0x40000004, signatures[i]);
		recorded_set(&first, 0x40000004, 0x8, 0, 0, 0);
		recorded_judge(&first, &report);
		other = first;
		other.asked_count = 0;
		other.leaves[4].regs.ebx = 5;
		collect(&report, &other, 1);
		g_assert_cmpuint(report.vcpu_difference_count, ==, i);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vcpus/same", test_same);
	g_test_add_func("/vcpus/feature-bit", test_feature_bit);
	g_test_add_func("/vcpus/block-elsewhere", test_block_elsewhere);
	g_test_add_func("/vcpus/all-differ", test_all_differ);
	g_test_add_func("/vcpus/silent", test_silent);
	g_test_add_func("/vcpus/xen", test_xen);
	return g_test_run();
}
