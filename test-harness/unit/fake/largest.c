/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/largest.h"

#include <string.h>

enum { BASE = 0x4000ff00 };

static struct vcpu_set largest_set(void)
{
	struct vcpu_set set = { .range_count = VCPU_RANGES_MAX, .count = UINT32_MAX };

	for (uint32_t i = 0; i < VCPU_RANGES_MAX; i++)
		set.ranges[i] = (struct vcpu_set_range){ UINT32_MAX - 4 * i, UINT32_MAX - 4 * i + 1 };
	return set;
}

static void fill_leaves(struct report *report)
{
	report->block_count = BLOCKS_MAX;
	for (uint32_t i = 0; i < BLOCKS_MAX; i++) {
		report->blocks[i] = (struct block){ .base = BASE - (BLOCKS_MAX - 1 - i) * 0x100,
			.hypervisor = HYPERVISOR_UNKNOWN,
			.hyperv_interface = true,
			.max_leaf = UINT32_MAX,
			.max_leaf_used = BASE - (BLOCKS_MAX - 1 - i) * 0x100 + 0xff };
		/* In the document each of these is written as two characters. */
		memset(report->blocks[i].signature, '"', SIGNATURE_SIZE);
	}
	/* The leaves of the last two blocks, so that those of KVM's stay when others are left out. All facts are on. */
	report->leaf_count = LEAVES_MAX;
	for (uint32_t i = 0; i < LEAVES_MAX; i++)
		report->leaves[i] = (struct leaf){ .leaf = BASE - 0x100 + i,
			.regs = { UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX } };
	report->kvm = (struct kvm){ true, BASE, UINT32_MAX, UINT32_MAX, true, UINT32_MAX, UINT32_MAX };
}

/* Each set of differing vCPUs has all of KVM's features that the first vCPU lacks. */
static void fill_vcpus(struct report *report)
{
	report->vcpu_count = report->vcpus_checked = UINT32_MAX;
	report->vcpu_difference_count = VCPU_DIFFERENCES_MAX;
	for (uint32_t i = 0; i < VCPU_DIFFERENCES_MAX; i++)
		report->vcpu_differences[i] = (struct vcpu_difference){
			.leaf = BASE + 1, .reg = CPUID_EAX, .value = UINT32_MAX, .vcpus = largest_set()
		};
	report->vcpu_differences_dropped = UINT32_MAX;
	report->vcpus_differing = report->vcpus_silent = largest_set();
}

static void fill_probe(struct probe *probe)
{
	probe->run = probe->kvm_answers = true;
	probe->step_count = PROBE_STEPS_MAX;
	for (uint32_t i = 0; i < PROBE_STEPS_MAX; i++)
		probe->steps[i] = (struct probe_step){ STEP_WRITE_PAGE, FAULT_GP, UINT32_MAX, UINT64_MAX };
	for (size_t i = 0; i < KVM_FEATURE_ROWS; i++)
		probe->results[i] =
			(struct probe_result){ PROBE_UNTESTED, WHY_PROMISE, 0, PROBE_STEPS_MAX / KVM_FEATURE_ROWS };
}

void report_largest(struct report *report)
{
	*report = (struct report){ .hypervisor_bit = true,
		.verdict = VERDICT_KVM_BEHIND,
		.cpu_signature = UINT32_MAX,
		.knows_secure_boot = true,
		.confidential = { .supported = UINT8_MAX, .knows_active = true, .active = CONFIDENTIAL_SEV_ES },
		.problems_dropped = UINT32_MAX };
	memset(report->cpu_vendor, '"', sizeof(report->cpu_vendor));
	fill_leaves(report);
	fill_vcpus(report);
	fill_probe(&report->probe);
	report->problem_count = PROBLEMS_MAX;
	for (int i = 0; i < PROBLEMS_MAX; i++)
		report->problems[i] = (struct problem){ .kind = PROBLEM_VCPUS_UNREAD,
			.about_leaf = i % 2 == 0,
			.first = BASE,
			.last = UINT32_MAX,
			.count = UINT32_MAX,
			.number = UINT32_MAX,
			.call = "GetNumberOfProcessors" };
	report->expectation_count = EXPECTATIONS_MAX;
	for (int i = 0; i < EXPECTATIONS_MAX; i++)
		report->expectations[i] =
			(struct expectation){ .name = "KVM_FEATURE_CLOCKSOURCE_STABLE_BIT", .kind = EXPECT_REQUIRE };
}
