/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe in the document and on the screen. Vectors 6, 13 and 14 are #UD, #GP and #PF (Intel SDM volume 3, 6.3.1); a
 * hypercall's result is a signed number of 64 bits, negative for an error (Linux include/uapi/linux/kvm_para.h).
 */
#include "unit/fake/fake_ring0.h"
#include "unit/core/parsed.h"
#include "unit/core/printed.h"
#include "core/output/probe_output.h"
#include "core/output/vcpus_output.h"

static void json_with_steps(struct text *json, const struct report *report)
{
	text_string(json, "\"first\":0");
	probe_json(json, report, true);
}

static void json_without_steps(struct text *json, const struct report *report)
{
	text_string(json, "\"first\":0");
	probe_json(json, report, false);
}

/* One step, as it is in the document. */
static void assert_step(struct probe_step step, const char *expected)
{
	struct report report = { .probe = { .run = true, .general_steps = 1, .step_count = 1, .steps[0] = step } };
	json_t *root = printed_members(json_with_steps, &report);
	const json_t *steps = json_object_get(json_object_get(root, "listening"), "steps");

	g_assert_cmpuint(json_array_size(steps), ==, 1);
	assert_strings(json_array_get(steps, 0), expected);
	json_decref(root);
}

static void test_steps(void)
{
	assert_step((struct probe_step){ STEP_READ, FAULT_NONE, 0x4b564d05, 1 }, "rdmsr,0x4b564d05,0x1");
	assert_step(
		(struct probe_step){ STEP_READ, FAULT_NONE, 0x12, UINT64_MAX }, "rdmsr,0x00000012,0xffffffffffffffff");
	assert_step((struct probe_step){ STEP_READ, FAULT_GP, 0x4b564dff, 7 }, "rdmsr,0x4b564dff,#GP");
	assert_step((struct probe_step){ STEP_WRITE, FAULT_NONE, 0x4b564d06, 0x61 }, "wrmsr,0x4b564d06,0x61,ok");
	assert_step((struct probe_step){ STEP_WRITE, FAULT_GP, 0x4b564d05, 2 }, "wrmsr,0x4b564d05,0x2,#GP");
	assert_step((struct probe_step){ STEP_WRITE_PAGE, FAULT_NONE, 0x4b564d03, 3 }, "wrmsr,0x4b564d03,page+0x3,ok");
	assert_step((struct probe_step){ STEP_WRITE_PAGE, FAULT_PF, 0x4b564d03, 1 }, "wrmsr,0x4b564d03,page+0x1,#PF");
	assert_step((struct probe_step){ STEP_FLAGS, FAULT_NONE, 0, 0xa5 }, "area,flags,0xa5");
	assert_step((struct probe_step){ STEP_MULTIPLIER, FAULT_NONE, 0, 0xffffffff }, "area,multiplier,0xffffffff");
	assert_step((struct probe_step){ STEP_SHIFT, FAULT_NONE, 0, 31 }, "area,shift,31");
	assert_step((struct probe_step){ STEP_SHIFT, FAULT_NONE, 0, (uint64_t)-31 }, "area,shift,-31");
}

static void test_answers(void)
{
	static const struct {
		int64_t answer;
		const char *spelled;
	} rows[] = { { 0, "0" }, { 1, "1" }, { 128, "128" }, { -1, "-1" }, { -22, "-22" }, { -95, "-95" },
		{ -1000, "-1000" }, { UINT32_MAX, "4294967295" }, { -(int64_t)UINT32_MAX, "-4294967295" },
		/* Not a number that KVM returns. Its lower half is 0, but must not be shown as success. */
		{ INT64_C(0x100000000), "0x100000000" }, { -INT64_C(0x100000000), "0xffffffff00000000" },
		{ INT64_MAX, "0x7fffffffffffffff" }, { INT64_MIN, "0x8000000000000000" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *expected = g_strdup_printf("hypercall,10,%s", rows[i].spelled);

		assert_step((struct probe_step){ STEP_CALL, FAULT_NONE, 10, (uint64_t)rows[i].answer }, expected);
	}
	assert_step((struct probe_step){ STEP_CALL, FAULT_NONE, 0x7fff, (uint64_t)-1000 }, "hypercall,32767,-1000");
	/* A call that faulted has no answer, whatever value is recorded. */
	assert_step((struct probe_step){ STEP_CALL, FAULT_UD, 1, 0 }, "hypercall,1,#UD");
	assert_step((struct probe_step){ STEP_CALL, FAULT_PF, 1, (uint64_t)-95 }, "hypercall,1,#PF");
}

static void test_references(void)
{
	static const char *const names[] = { "pm-timer", "tsc-frequency", "stall" };

	for (uint64_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *expected = g_strdup_printf("compared,clock,%s", names[i]);

		assert_step((struct probe_step){ STEP_REFERENCE, FAULT_NONE, 0, i }, expected);
	}
}

static void test_fault_names(void)
{
	g_assert_cmpstr(fault_name((enum fault)0), ==, "ok");
	g_assert_cmpstr(fault_name((enum fault)6), ==, "#UD");
	g_assert_cmpstr(fault_name((enum fault)13), ==, "#GP");
	g_assert_cmpstr(fault_name((enum fault)14), ==, "#PF");
	g_assert_cmpstr(fault_name((enum fault)12), ==, "?");
}

/* A whole run: the general steps and the steps of all features together are all recorded steps. */
static void test_all_steps(void)
{
	struct fake_kvm kvm = { .features = 0x01007efb, .hints = 1, .is_kvm = true };
	struct report report;
	const json_t *rows;
	json_t *root;
	size_t steps;

	fake_probe(&kvm, false, &report);
	root = printed_members(json_with_steps, &report);
	g_assert_true(json_is_true(json_object_get(json_object_get(root, "listening"), "kvm_answers")));
	/* Hypercall 1, an unassigned hypercall, an unassigned MSR, and CLOCK_PAIRING. */
	rows = json_object_get(json_object_get(root, "listening"), "steps");
	steps = json_array_size(rows);
	g_assert_cmpuint(steps, ==, 4);
	assert_strings(json_array_get(rows, 0), "hypercall,1,0");
	assert_strings(json_array_get(rows, 1), "hypercall,32767,-1000");
	assert_strings(json_array_get(rows, 2), "rdmsr,0x4b564dff,#GP");
	assert_strings(json_array_get(rows, 3), "hypercall,9,0");
	rows = json_object_get(root, "probe");
	g_assert_cmpuint(json_array_size(rows), ==, kvm_feature_count);
	for (size_t i = 0; i < kvm_feature_count; i++) {
		const json_t *row = json_array_get(rows, i);
		const struct probe_result *result = &report.probe.results[i];

		g_assert_cmpstr(text_at(row, "feature"), ==, kvm_features[i].name);
		g_assert_cmpstr(text_at(row, "result"), ==, probe_outcome_name((enum probe_outcome)result->outcome));
		if (result->why == WHY_NONE)
			g_assert_null(json_object_get(row, "why"));
		else
			g_assert_cmpstr(text_at(row, "why"), ==, probe_why_words((enum probe_why)result->why));
		g_assert_cmpint(json_object_get(row, "steps") != NULL, ==, result->step_count > 0);
		steps += json_array_size(json_object_get(row, "steps"));
	}
	g_assert_cmpuint(steps, ==, report.probe.step_count);
	json_decref(root);
	root = printed_members(json_without_steps, &report);
	g_assert_null(json_object_get(json_object_get(root, "listening"), "steps"));
	for (size_t i = 0; i < kvm_feature_count; i++)
		g_assert_null(json_object_get(json_array_get(json_object_get(root, "probe"), i), "steps"));
	json_decref(root);
}

/* README's words for each outcome, one of them in its shorter form, and one reason of each kind. */
static void test_outcomes(void)
{
	static const char *const names[] = { "absent", "works", "accepted", "advertised but refused",
		"advertised but wrong", "cannot be tested here", "masked and refused", "masked but works",
		"masked but accepted" };
	struct report report = { .probe = { .run = true, .kvm_answers = true } };
	g_autofree char *table = NULL;

	g_assert_cmpuint(G_N_ELEMENTS(names), ==, PROBE_OUTCOMES);
	for (uint8_t outcome = 0; outcome < PROBE_OUTCOMES; outcome++) {
		report.probe.results[outcome].outcome = outcome;
		report.probe.results[outcome].why = outcome == PROBE_WRONG ? WHY_ANSWER : WHY_NONE;
	}
	table = printed(probe_table, &report);
	g_assert_true(
		g_str_has_prefix(table, "Probed: KVM answers hypercalls.\r\nEAX  0 CLOCKSOURCE            absent\r\n"));
	for (size_t i = 0; i < kvm_feature_count; i++) {
		g_autofree char *row = g_strdup_printf("\r\n%s %2u %-23s%s%s\r\n",
			kvm_features[i].reg == KVM_EAX ? "EAX" : "EDX", kvm_features[i].bit,
			kvm_feature_bare_name(&kvm_features[i]), i < G_N_ELEMENTS(names) ? names[i] : "absent",
			i == PROBE_WRONG ? " (answers with an error)" : "");

		g_assert_nonnull(strstr(table, row));
	}
	report.probe.kvm_answers = false;
	g_clear_pointer(&table, g_free);
	table = printed(probe_table, &report);
	g_assert_true(g_str_has_prefix(table, "Probed: no KVM answers hypercalls.\r\n"));
}

/* Every feature with every outcome and reason: printed() checks that no row is too wide. */
static void test_widest(void)
{
	for (uint8_t why = WHY_NONE + 1; why <= WHY_ANSWER; why++) {
		struct report report = { .probe = { .run = true } };
		enum probe_outcome outcome = why <= WHY_NOT_HALTED ? PROBE_MASKED_ACCEPTED
					     : why <= WHY_TDX      ? PROBE_UNTESTED
								   : PROBE_WRONG;
		g_autofree char *table = NULL;

		for (size_t row = 0; row < KVM_FEATURE_ROWS; row++)
			report.probe.results[row] = (struct probe_result){ .outcome = (uint8_t)outcome, .why = why };
		table = printed(probe_table, &report);
		g_assert_nonnull(strstr(table, probe_why_words((enum probe_why)why)));
	}
}

static void test_not_probed(void)
{
	struct report report = { .hypervisor_bit = false };
	json_t *root = printed_members(json_with_steps, &report);
	g_autofree char *table = printed(probe_table, &report);

	g_assert_cmpuint(json_object_size(root), ==, 1);
	g_assert_cmpstr(table, ==, "");
	json_decref(root);
}

/* What other vCPUs came to stands in the row of the feature, and below the table. */
static void test_others(void)
{
	struct report report = { .vcpu_count = 4, .vcpus_checked = 4, .probe = { .run = true, .vcpus_probed = 2 } };
	struct probe *probe = &report.probe;
	json_t *root, *others;
	g_autofree char *table = NULL, *vcpus = NULL;

	probe->differences[0] = (struct probe_difference){ .row = 0, .outcome = PROBE_WRONG, .why = WHY_VERSION };
	vcpu_set_add(&probe->differences[0].vcpus, 5);
	probe->differences[1] = (struct probe_difference){ .row = 0, .outcome = PROBE_REFUSED };
	vcpu_set_add(&probe->differences[1].vcpus, 6);
	vcpu_set_add(&probe->differences[1].vcpus, 7);
	probe->difference_count = 2;
	vcpu_set_add(&probe->vcpus_late, 9);
	root = printed_members(json_with_steps, &report);
	others = json_object_get(json_array_get(json_object_get(root, "probe"), 0), "others");
	g_assert_cmpuint(json_array_size(others), ==, 2);
	g_assert_cmpstr(text_at(json_array_get(others, 0), "result"), ==, "advertised but wrong");
	g_assert_cmpstr(text_at(json_array_get(others, 0), "why"), ==, "its version stays odd");
	g_assert_cmpint(json_integer_value(json_object_get(json_array_get(others, 1), "count")), ==, 2);
	g_assert_null(json_object_get(json_array_get(json_object_get(root, "probe"), 1), "others"));
	json_decref(root);
	table = printed(probe_table, &report);
	g_assert_nonnull(strstr(table, "\r\nDIFFERS: 1 vCPU (APIC 0x5)\r\n"
				       "    CLOCKSOURCE            advertised but wrong (its version stays odd)\r\n"
				       "DIFFERS: 2 vCPUs (APIC 0x6..0x7)\r\n"
				       "    CLOCKSOURCE            advertised but refused\r\n"));
	vcpus = printed(vcpus_table, &report);
	g_assert_cmpstr(vcpus, ==, "SILENT: 1 vCPU (APIC 0x9) did not end the probe in time\r\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/probe-output/steps", test_steps);
	g_test_add_func("/probe-output/answers", test_answers);
	g_test_add_func("/probe-output/references", test_references);
	g_test_add_func("/probe-output/fault-names", test_fault_names);
	g_test_add_func("/probe-output/all-steps", test_all_steps);
	g_test_add_func("/probe-output/outcomes", test_outcomes);
	g_test_add_func("/probe-output/widest", test_widest);
	g_test_add_func("/probe-output/not-probed", test_not_probed);
	g_test_add_func("/probe-output/others", test_others);
	return g_test_run();
}
