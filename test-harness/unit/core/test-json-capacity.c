/* SPDX-License-Identifier: BSD-2-Clause */
/* A document that does not fit: what is left out, in which order, and that "missing" says so. */
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"
#include "unit/fake/recorded.h"

/* The order that README and the schema state; each step leaves out one thing more. */
static const char *const steps[] = { "", "leaves-outside-kvm", "leaves-outside-kvm,leaves",
	"leaves-outside-kvm,leaves,problems", "leaves-outside-kvm,leaves,problems,blocks" };

static void make_report(struct report *report)
{
	struct recorded cpu;

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_base(&cpu, 0x40000000, 0x40000005, "Microsoft Hv");
	recorded_set(&cpu, 0x40000001, 0x31237648, 0, 0, 0);
	recorded_kvm(&cpu, 0x40000100, 0x40000101, 0x01007afb, 1);
	recorded_base(&cpu, 0x40000200, 0x40000200, "XenVMMXenVMM");
	recorded_judge(&cpu, report);
	g_assert_cmpuint(report->leaf_count, ==, 3 + 6 + 2 + 1);
	g_assert_cmpuint(report->problem_count, ==, 1);
}

static size_t step_of(const json_t *root)
{
	const json_t *missing = json_object_get(root, "missing");
	g_autoptr(GString) names = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(missing); i++)
		g_string_append_printf(names, "%s%s", i > 0 ? "," : "", json_string_value(json_array_get(missing, i)));
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
		if (strcmp(names->str, steps[i]) == 0)
			return i;
	g_error("missing: %s", names->str);
}

static void assert_contents(const json_t *root, size_t step)
{
	static const size_t leaves[] = { 3 + 6 + 2 + 1, 3 + 2, 0, 0, 0 };
	static const size_t problems[] = { 1, 1, 1, 0, 0 };
	static const size_t blocks[] = { 3, 3, 3, 3, 0 };
	const json_t *kvm = json_object_get(root, "kvm");

	g_assert_cmpuint(json_array_size(json_object_get(root, "leaves")), ==, leaves[step]);
	g_assert_cmpuint(json_array_size(json_object_get(root, "problems")), ==, problems[step]);
	g_assert_cmpuint(json_array_size(json_object_get(root, "blocks")), ==, blocks[step]);
	g_assert_cmpstr(text_at(root, "verdict"), ==, "kvm-behind");
	assert_hex_at(kvm, "base", 0x40000100);
	assert_hex_at(kvm, "eax", 0x01007afb);
	assert_hex_at(kvm, "edx", 1);
	g_assert_cmpuint(json_array_size(json_object_get(kvm, "features")), ==, 13);
	g_assert_cmpint(json_object_get(root, "missing") != NULL, ==, step > 0);
	if (step != 1)
		return;
	for (size_t i = 3; i < 5; i++)
		assert_hex(json_array_get(json_array_get(json_object_get(root, "leaves"), i), 0),
			0x40000100 + (uint32_t)i - 3);
}

static void test_every_capacity(void)
{
	struct report report;
	size_t whole, lengths[G_N_ELEMENTS(steps)] = { 0 };
	size_t last = G_N_ELEMENTS(steps); /* the step that the capacity before needed; behind the last: no document */
	json_t *root;

	make_report(&report);
	root = parsed_report(&report, REPORT_SIZE_MAX, &whole);
	g_assert_cmpuint(step_of(root), ==, 0);
	json_decref(root);
	for (size_t capacity = 0; capacity <= whole + 1; capacity++) {
		size_t length, step;

		root = parsed_report(&report, capacity, &length);
		if (root == NULL) {
			g_assert_cmpuint(last, ==, G_N_ELEMENTS(steps));
			continue;
		}
		step = step_of(root);
		assert_contents(root, step);
		/* A larger capacity never gives less detail, and the detail is the most that fits. */
		g_assert_cmpuint(step, <=, last);
		if (step < last)
			g_assert_cmpuint(length, ==, capacity);
		else
			g_assert_cmpuint(length, ==, lengths[step]);
		lengths[step] = length;
		last = step;
		json_decref(root);
	}
	g_assert_cmpuint(last, ==, 0);
	g_assert_cmpuint(lengths[0], ==, whole);
	for (size_t i = 1; i < G_N_ELEMENTS(steps); i++)
		g_assert_cmpuint(lengths[i], >, 0);
}

/* Without KVM there is no block whose leaves are kept longer. */
static void test_every_capacity_without_kvm(void)
{
	struct recorded cpu;
	struct report report;
	size_t whole, length;
	json_t *root;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, 0x40000000, 0x40000010, "VMwareVMware");
	recorded_judge(&cpu, &report);
	json_decref(parsed_report(&report, REPORT_SIZE_MAX, &whole));
	for (size_t capacity = 0; capacity < whole; capacity++) {
		root = parsed_report(&report, capacity, &length);
		if (root == NULL)
			continue;
		g_assert_cmpstr(text_at(root, "verdict"), ==, "other");
		g_assert_true(json_is_null(json_object_get(root, "kvm")));
		g_assert_cmpuint(step_of(root), >, 0);
		g_assert_cmpuint(json_array_size(json_object_get(root, "leaves")), ==, step_of(root) == 1 ? 3 : 0);
		json_decref(root);
	}
}

/* The largest report that is possible. */
static void make_worst(struct report *report)
{
	*report = (struct report){ .hypervisor_bit = true,
		.vcpu_count = UINT32_MAX,
		.vcpus_checked = UINT32_MAX,
		.problems_dropped = UINT32_MAX,
		.cpu_signature = UINT32_MAX,
		.block_count = BLOCKS_MAX,
		.leaf_count = LEAVES_MAX,
		.problem_count = PROBLEMS_MAX,
		.expectation_count = EXPECTATIONS_MAX,
		.kvm = { true, 0x4000ff00, UINT32_MAX, UINT32_MAX, true, UINT32_MAX, UINT32_MAX },
		.verdict = VERDICT_KVM_BEHIND };
	memset(report->cpu_vendor, '"', sizeof(report->cpu_vendor));
	for (uint32_t i = 0; i < BLOCKS_MAX; i++) {
		report->blocks[i] = (struct block){
			.base = 0x40000000 + i * 0x100, .hypervisor = HYPERVISOR_NAPOCA, .max_leaf = UINT32_MAX
		};
		memset(report->blocks[i].signature, '\\', SIGNATURE_SIZE);
	}
	for (uint32_t i = 0; i < LEAVES_MAX; i++)
		report->leaves[i] = (struct leaf){ .leaf = 0x4000fe00 + i };
	for (int i = 0; i < PROBLEMS_MAX; i++)
		report->problems[i] = (struct problem){ PROBLEM_NO_FEATURE_LEAF, true, UINT32_MAX, UINT32_MAX,
			UINT32_MAX, { 0 }, 0, NULL };
	for (int i = 0; i < EXPECTATIONS_MAX; i++)
		report->expectations[i] =
			(struct expectation){ .name = "KVM_FEATURE_CLOCKSOURCE_STABLE_BIT", .kind = EXPECT_REQUIRE };
}

static void test_worst_case(void)
{
	/* 2 MiB OVMF accepts 8,132 bytes, which include the name with its NUL (14 UTF-16 units). */
	static const size_t capacities[] = { REPORT_SIZE_MAX, 8132 - 2 * sizeof(REPORT_VARIABLE_NAME) };
	struct report report;

	make_worst(&report);
	for (size_t i = 0; i < G_N_ELEMENTS(capacities); i++) {
		size_t length;
		json_t *root = parsed_report(&report, capacities[i], &length);

		g_assert_nonnull(root);
		g_assert_cmpuint(step_of(root), >, 0);
		g_assert_cmpstr(text_at(root, "verdict"), ==, "kvm-behind");
		assert_hex_at(json_object_get(root, "kvm"), "base", 0x4000ff00);
		assert_hex_at(json_object_get(root, "kvm"), "eax", 0xffffffff);
		g_assert_cmpuint(json_array_size(json_object_get(root, "expectations")), ==, EXPECTATIONS_MAX);
		g_assert_cmpint(number_at(root, "problems_dropped"), ==, UINT32_MAX);
		json_decref(root);
	}
}

static void test_worst_case_whole(void)
{
	struct report report;
	size_t length;
	json_t *root;

	make_worst(&report);
	root = parsed_report(&report, 1024 * 1024, &length);
	g_assert_cmpuint(step_of(root), ==, 0);
	g_assert_cmpuint(length, >, REPORT_SIZE_MAX);
	g_assert_cmpuint(json_array_size(json_object_get(root, "leaves")), ==, LEAVES_MAX);
	g_assert_cmpuint(json_array_size(json_object_get(root, "blocks")), ==, BLOCKS_MAX);
	g_assert_cmpuint(json_array_size(json_object_get(root, "problems")), ==, PROBLEMS_MAX);
	json_decref(root);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/every-capacity", test_every_capacity);
	g_test_add_func("/json/every-capacity-without-kvm", test_every_capacity_without_kvm);
	g_test_add_func("/json/worst-case", test_worst_case);
	g_test_add_func("/json/worst-case-whole", test_worst_case_whole);
	return g_test_run();
}
