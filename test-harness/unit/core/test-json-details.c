/* SPDX-License-Identifier: BSD-2-Clause */
/* The document's rarer keys, and which leaves are left out first where there is little room. */
#include "unit/fake/fake_ring0.h"
#include "kvmleaf/report_variable.h"
#include "unit/core/parsed.h"

static json_t *parsed(const struct report *report)
{
	size_t length;
	json_t *root = parsed_report(report, REPORT_SIZE_MAX, &length);

	g_assert_nonnull(root);
	return root;
}

/* Secure Boot is on, is off, or is not known. */
static void test_secure_boot(void)
{
	for (int state = 0; state < 4; state++) {
		struct report report = { .knows_secure_boot = state & 1, .secure_boot = state & 2 };
		json_t *root = parsed(&report);
		const json_t *value = json_object_get(root, "secure_boot");

		g_assert_cmpint(value != NULL, ==, state & 1);
		g_assert_cmpint(json_is_true(value), ==, state == 3);
		json_decref(root);
	}
}

static void test_source(void)
{
	static const char *const names[] = { "cpu", "replay", "user" };

	for (int source = 0; source < SOURCE_COUNT; source++) {
		struct report report = { .source = (enum report_source)source };
		json_t *root = parsed(&report);

		g_assert_cmpstr(text_at(root, "source"), ==, names[source]);
		json_decref(root);
	}
}

static void test_expectation_kinds(void)
{
	static const char *const names[] = { "require", "forbid", "verdict" };
	struct report report = { .expectation_count = 3 };
	const json_t *rows;
	json_t *root;

	for (int kind = EXPECT_REQUIRE; kind <= EXPECT_VERDICT; kind++)
		report.expectations[kind] =
			(struct expectation){ .kind = (enum expectation_kind)kind, .name = "kvm-pv-eoi" };
	root = parsed(&report);
	rows = json_object_get(root, "expectations");
	g_assert_cmpuint(json_array_size(rows), ==, 3);
	for (size_t i = 0; i < 3; i++) {
		g_assert_cmpstr(text_at(json_array_get(rows, i), "expect"), ==, names[i]);
		g_assert_cmpstr(text_at(json_array_get(rows, i), "name"), ==, "kvm-pv-eoi");
		g_assert_true(json_is_false(json_object_get(json_array_get(rows, i), "holds")));
	}
	json_decref(root);
}

/* The registers of leaves and problems are in the order EAX, EBX, ECX, EDX; a leaf's subleaf comes before them. */
static void test_register_order(void)
{
	struct report report = { .leaf_count = 1 };
	const json_t *row;
	json_t *root;

	report.leaves[0] = (struct leaf){ .leaf = 0xd, .subleaf = 9, .regs = { 0xa, 0xb, 0xc, 0xd } };
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000100, &(struct cpuid_regs){ 1, 2, 3, 4 });
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000300, &(struct cpuid_regs){ 1, 2, 3, 4 });
	root = parsed(&report);
	assert_strings(json_array_get(json_object_get(root, "leaves"), 0),
		"0x0000000d,0x00000009,0x0000000a,0x0000000b,0x0000000c,0x0000000d");
	row = json_array_get(json_object_get(root, "problems"), 0);
	assert_strings(json_object_get(row, "registers"), "0x00000001,0x00000002,0x00000003,0x00000004");
	assert_hex_at(row, "leaf", 0x40000100);
	assert_hex_at(row, "last", 0x40000300);
	g_assert_cmpint(number_at(row, "count"), ==, 2);
	g_assert_null(json_object_get(row, "number"));
	json_decref(root);
}

/* A call that failed is named beside the status that it returned. */
static void test_failed_call(void)
{
	struct report report = { 0 };
	const json_t *rows;
	json_t *root;

	report_problem(&report, PROBLEM_FW_CFG, 70000);
	report_call_problem(&report, PROBLEM_VCPUS_UNREAD, "StartupAllAPs", 14);
	root = parsed(&report);
	rows = json_object_get(root, "problems");
	g_assert_cmpint(number_at(json_array_get(rows, 0), "number"), ==, 70000);
	g_assert_null(json_object_get(json_array_get(rows, 0), "call"));
	g_assert_cmpint(number_at(json_array_get(rows, 1), "number"), ==, 14);
	g_assert_cmpstr(text_at(json_array_get(rows, 1), "call"), ==, "StartupAllAPs");
	json_decref(root);
}

/* Each line begins with a key of the outermost object, or with a row of one of its arrays. */
static void test_lines(void)
{
	struct fake_kvm kvm = { .features = 0x01007efb, .is_kvm = true };
	struct report report;
	char buffer[REPORT_SIZE_MAX];
	size_t length;
	g_autofree char *copy = NULL;
	g_auto(GStrv) lines = NULL;

	fake_probe(&kvm, false, &report);
	length = report_json(&report, buffer, sizeof(buffer));
	copy = g_strndup(buffer, length);
	g_assert_true(g_str_has_prefix(copy, "{\"schema\":\"kvmleaf/1\",\"version\":\""));
	g_assert_true(g_str_has_suffix(copy, "}\n"));
	lines = g_strsplit(copy, "\n", 0);
	for (char **line = lines + 1; **line != '\0'; line++)
		g_assert_true(**line == '"' || g_str_has_prefix(*line, " [\"0x") || g_str_has_prefix(*line, " {\""));
	for (char **line = lines; line[1] != NULL && *line[1] == '"'; line++)
		g_assert_true(g_str_has_suffix(*line, ","));
}

static json_t *parsed_without(const struct report *report, const char *missing)
{
	for (size_t capacity = 20000; capacity > 0; capacity--) {
		size_t length;
		json_t *root = parsed_report(report, capacity, &length);
		g_autoptr(GString) names = g_string_new(NULL);
		const json_t *row = json_object_get(root, "missing");

		for (size_t i = 0; i < json_array_size(row); i++)
			g_string_append_printf(
				names, "%s%s", i > 0 ? "," : "", json_string_value(json_array_get(row, i)));
		if (root != NULL && strcmp(names->str, missing) == 0)
			return root;
		json_decref(root);
		g_assert_nonnull(root);
		capacity = MIN(capacity, length); /* a capacity between the two gives the same document */
	}
	g_error("never without %s", missing);
}

/* Leaves of other hypervisors' blocks are left out first; basic and extended leaves and KVM's stay. */
static void test_other_leaves(void)
{
	static const struct {
		uint32_t leaf;
		bool kept;
	} rows[] = { { 0, true }, { 0x3fffffff, true }, { 0x40000000, false }, { 0x400000ff, false },
		{ 0x40000100, true }, { 0x400001ff, true }, { 0x40000200, false }, { 0x4000ff00, false },
		{ 0x4000ffff, false }, { 0x40010000, true }, { 0x80000000, true }, { 0xffffffff, true } };
	struct report report = { .kvm = { .present = true, .base = 0x40000100 }, .leaf_count = G_N_ELEMENTS(rows) };
	const json_t *leaves;
	json_t *root;
	size_t kept = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		report.leaves[i].leaf = rows[i].leaf;
	root = parsed_without(&report, "leaves-outside-kvm");
	leaves = json_object_get(root, "leaves");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].kept)
			assert_hex(json_array_get(json_array_get(leaves, kept++), 0), rows[i].leaf);
	g_assert_cmpuint(json_array_size(leaves), ==, kept);
	json_decref(root);
	/* Without KVM the leaves of all blocks are left out. */
	report.kvm.present = false;
	root = parsed_without(&report, "leaves-outside-kvm");
	g_assert_cmpuint(json_array_size(json_object_get(root, "leaves")), ==, kept - 2);
	json_decref(root);
}

/* README: raw leaves of other hypervisors are left out first. The names are the schema's, in its order. */
static void test_order(void)
{
	static const char *const missing[] = { "", "leaves-outside-kvm", "leaves-outside-kvm,probe-steps",
		"leaves-outside-kvm,probe-steps,leaves", "leaves-outside-kvm,probe-steps,leaves,problems",
		"leaves-outside-kvm,probe-steps,leaves,problems,blocks",
		"leaves-outside-kvm,probe-steps,leaves,problems,blocks,differing-vcpus" };
	struct fake_kvm kvm = { .features = 0x01007efb, .is_kvm = true };
	struct report report;

	fake_probe(&kvm, false, &report);
	report.leaves[report.leaf_count++] = (struct leaf){ .leaf = 0x40000200 };
	report_problem(&report, PROBLEM_NO_CONSOLE, 0);
	report.vcpu_differences[report.vcpu_difference_count++] = (struct vcpu_difference){ .leaf = 7, .first = 1 };
	report.vcpu_count = 2;
	for (size_t step = 0; step < G_N_ELEMENTS(missing); step++) {
		json_t *root = parsed_without(&report, missing[step]);
		const json_t *listening = json_object_get(root, "listening");
		const json_t *vcpus = json_object_get(root, "vcpus");

		g_assert_cmpint(json_object_get(listening, "steps") != NULL, ==, step < 2);
		g_assert_cmpint(json_array_size(json_object_get(root, "leaves")) > 0, ==, step < 3);
		g_assert_cmpint(json_array_size(json_object_get(root, "problems")) > 0, ==, step < 4);
		g_assert_cmpint(json_array_size(json_object_get(root, "blocks")) > 0, ==, step < 5);
		g_assert_cmpint(json_array_size(json_object_get(vcpus, "differing")) > 0, ==, step < 6);
		g_assert_cmpuint(json_array_size(json_object_get(root, "probe")), ==, kvm_feature_count);
		json_decref(root);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/secure-boot", test_secure_boot);
	g_test_add_func("/json/source", test_source);
	g_test_add_func("/json/expectation-kinds", test_expectation_kinds);
	g_test_add_func("/json/register-order", test_register_order);
	g_test_add_func("/json/failed-call", test_failed_call);
	g_test_add_func("/json/lines", test_lines);
	g_test_add_func("/json/other-leaves", test_other_leaves);
	g_test_add_func("/json/order", test_order);
	return g_test_run();
}
