/* SPDX-License-Identifier: BSD-2-Clause */
/* How the slots of vCPUs become rows of the report: which are merged, and which are only counted for want of room. */
#include "unit/fake/recorded.h"
#include "core/leaves/vcpu_compare.h"

/* The slot of a vCPU with count differences, in one register of a leaf each, with values from first on. */
static struct vcpu_slot slot_of(uint32_t apic_id, uint32_t count, uint32_t first)
{
	struct vcpu_slot slot = { .apic_id = apic_id, .count = count, .done = 1 };

	for (uint32_t i = 0; i < count && i < SLOT_DIFFERENCES_MAX; i++) {
		slot.differences[i].leaf = 0x100 + i;
		slot.differences[i].reg = (uint8_t)(i % 4);
		slot.differences[i].first = 0x1000 + i;
		slot.differences[i].value = first + i;
	}
	return slot;
}

static void collect(struct report *report, struct vcpu_slot slot)
{
	vcpus_collect(report, &slot);
}

static void test_row(void)
{
	struct report report = { .vcpus_checked = 1 };

	/* This row is behind the last one, and must be ignored. */
	report.vcpu_differences[0] = (struct vcpu_difference){ .leaf = 0x100, .value = 0x2000 };
	collect(&report, slot_of(5, 2, 0x2000));
	g_assert_cmpuint(report.vcpus_checked, ==, 2);
	g_assert_cmpuint(report.vcpu_difference_count, ==, 2);
	for (uint32_t i = 0; i < 2; i++) {
		const struct vcpu_difference *row = &report.vcpu_differences[i];

		g_assert_cmphex(row->leaf, ==, 0x100 + i);
		g_assert_cmpuint(row->reg, ==, i);
		g_assert_cmphex(row->first, ==, 0x1000 + i);
		g_assert_cmphex(row->value, ==, 0x2000 + i);
		g_assert_cmpuint(row->vcpus.count, ==, 1);
		g_assert_cmpuint(row->vcpus.range_count, ==, 1);
		g_assert_cmphex(row->vcpus.ranges[0].first, ==, 5);
		g_assert_cmphex(row->vcpus.ranges[0].last, ==, 5);
	}
	g_assert_cmpuint(report.vcpus_differing.count, ==, 1);
	g_assert_cmpuint(report.vcpus_silent.count, ==, 0);
	collect(&report, slot_of(6, 0, 0));
	g_assert_cmpuint(report.vcpus_differing.count, ==, 1);
	g_assert_cmpuint(report.vcpus_checked, ==, 3);
}

/* Differences with the same leaf, register and value share a row; any other has its own. */
static void test_rows_of_their_own(void)
{
	for (int what = 0; what < 4; what++) {
		struct report report = { 0 };
		struct vcpu_slot slot = slot_of(1, 1, 0x2000);

		collect(&report, slot);
		slot.apic_id = 2;
		if (what == 1)
			slot.differences[0].leaf++;
		if (what == 2)
			slot.differences[0].reg++;
		if (what == 3)
			slot.differences[0].value++;
		collect(&report, slot);
		g_assert_cmpuint(report.vcpu_difference_count, ==, what == 0 ? 1 : 2);
		g_assert_cmpuint(report.vcpu_differences[0].vcpus.count, ==, what == 0 ? 2 : 1);
		g_assert_cmphex(report.vcpu_differences[0].vcpus.ranges[0].last, ==, what == 0 ? 2 : 1);
		g_assert_cmpuint(report.vcpu_differences_dropped, ==, 0);
	}
}

/* Differences that a slot has no room for are counted in the report. */
static void test_slot_is_full(void)
{
	for (uint32_t count = SLOT_DIFFERENCES_MAX - 1; count <= SLOT_DIFFERENCES_MAX + 2; count++) {
		struct report report = { .vcpu_differences_dropped = 100 };

		collect(&report, slot_of(1, count, 0x2000));
		g_assert_cmpuint(report.vcpu_difference_count, ==, MIN(count, SLOT_DIFFERENCES_MAX));
		g_assert_cmpuint(report.vcpu_differences_dropped, ==,
			100 + (count > SLOT_DIFFERENCES_MAX ? count - SLOT_DIFFERENCES_MAX : 0));
	}
}

/* When all 32 rows are taken, a new difference is only counted, but one with a row gets more vCPUs. */
static void test_rows_are_full(void)
{
	struct report report = { 0 };

	for (uint32_t id = 1; id <= VCPU_DIFFERENCES_MAX; id++) {
		g_assert_cmpuint(report.vcpu_differences_dropped, ==, 0);
		collect(&report, slot_of(2 * id, 1, 0x2000 + id));
	}
	g_assert_cmpuint(report.vcpu_difference_count, ==, VCPU_DIFFERENCES_MAX);
	collect(&report, slot_of(1000, 1, 0x3000));
	g_assert_cmpuint(report.vcpu_difference_count, ==, VCPU_DIFFERENCES_MAX);
	g_assert_cmpuint(report.vcpu_differences_dropped, ==, 1);
	collect(&report, slot_of(1002, 1, 0x2000 + VCPU_DIFFERENCES_MAX));
	g_assert_cmpuint(report.vcpu_differences[VCPU_DIFFERENCES_MAX - 1].vcpus.count, ==, 2);
	g_assert_cmpuint(report.vcpu_differences_dropped, ==, 1);
	g_assert_cmpuint(report.vcpus_differing.count, ==, VCPU_DIFFERENCES_MAX + 2);
}

/* Consecutive ids share a range. When all 16 are taken, an id is only counted unless it extends the last. */
static void test_runs(void)
{
	struct report report = { 0 };
	const struct vcpu_set *set = &report.vcpus_silent;

	for (uint32_t run = 0; run < VCPU_RANGES_MAX; run++) {
		g_assert_cmpuint(set->range_count, ==, run);
		vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 10 * run });
		vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 10 * run + 1 });
	}
	vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 1000 });
	vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 10 * (VCPU_RANGES_MAX - 1) + 2 });
	g_assert_cmpuint(set->range_count, ==, VCPU_RANGES_MAX);
	g_assert_cmpuint(set->count, ==, 2 * VCPU_RANGES_MAX + 2);
	for (uint32_t run = 0; run < VCPU_RANGES_MAX; run++) {
		g_assert_cmpuint(set->ranges[run].first, ==, 10 * run);
		g_assert_cmpuint(set->ranges[run].last, ==, 10 * run + (run == VCPU_RANGES_MAX - 1 ? 2 : 1));
	}
	g_assert_cmpuint(report.vcpus_checked, ==, 0);
}

/* An id that is not the successor of the last one begins a new range. */
static void test_order(void)
{
	static const uint32_t ids[] = { 5, 5, 4, 6, 7 };
	struct report report = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = ids[i] });
	g_assert_cmpuint(report.vcpus_silent.count, ==, G_N_ELEMENTS(ids));
	g_assert_cmpuint(report.vcpus_silent.ranges[0].last, ==, 5);
	g_assert_cmpuint(report.vcpus_silent.ranges[1].first, ==, 5);
	g_assert_cmpuint(report.vcpus_silent.ranges[2].first, ==, 4);
	g_assert_cmpuint(report.vcpus_silent.ranges[3].first, ==, 6);
	g_assert_cmpuint(report.vcpus_silent.ranges[3].last, ==, 7);
}

/* The highest id has no successor: id 0 begins a range of its own. */
static void test_highest_id(void)
{
	struct report report = { 0 };

	vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = UINT32_MAX });
	vcpus_collect(&report, &(struct vcpu_slot){ .apic_id = 0 });
	g_assert_cmpuint(report.vcpus_silent.range_count, ==, 2);
	g_assert_cmphex(report.vcpus_silent.ranges[0].first, ==, UINT32_MAX);
	g_assert_cmphex(report.vcpus_silent.ranges[0].last, ==, UINT32_MAX);
	g_assert_cmphex(report.vcpus_silent.ranges[1].first, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vcpu-collect/row", test_row);
	g_test_add_func("/vcpu-collect/rows-of-their-own", test_rows_of_their_own);
	g_test_add_func("/vcpu-collect/slot-is-full", test_slot_is_full);
	g_test_add_func("/vcpu-collect/rows-are-full", test_rows_are_full);
	g_test_add_func("/vcpu-collect/runs", test_runs);
	g_test_add_func("/vcpu-collect/order", test_order);
	g_test_add_func("/vcpu-collect/highest-id", test_highest_id);
	return g_test_run();
}
