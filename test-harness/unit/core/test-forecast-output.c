/* SPDX-License-Identifier: BSD-2-Clause */
/* The forecast as people and programs get it: the lines, the document, and what is said where something is not known.
 */
#include "core/forecast/forecast.h"
#include "core/forecast/forecast_facts.h"
#include "core/output/forecast_output.h"
#include "unit/core/guests.h"
#include "unit/core/printed.h"
#include "unit/fake/recorded.h"

enum { BASE = 0x40000000 };

/* The first column is blank in the second line of a row. A line that begins with a letter in it begins a row. */
static void assert_rows(const char *table)
{
	g_auto(GStrv) lines = g_strsplit(table, "\r\n", 0);
	unsigned more = 0;

	for (char **line = lines + 1; *line != NULL && !g_str_has_prefix(*line, "How to give"); line++) {
		more = g_str_has_prefix(*line, "                     ") ? more + 1 : 0;
		if (more > 1)
			g_error("a row has more than two lines: %s\n%s", *line, table);
	}
}

static void test_lines(void)
{
	for (size_t i = 0; i < forecast_rule_count; i++) {
		for (int vcpus = 1; vcpus <= 300; vcpus += 299) {
			struct report report;
			g_autofree char *table = NULL;

			make_guest(0, &report);
			report.kvm.eax = (uint32_t)forecast_rules[i].needs;
			report.vcpu_count = (uint32_t)vcpus;
			table = printed(forecast_table, &report);
			assert_rows(table);
		}
	}
}

static char *table_of(struct recorded *cpu)
{
	static struct report report;

	cpu->asked_count = 0;
	recorded_judge(cpu, &report);
	return printed(forecast_table, &report);
}

static void assert_says(struct recorded *cpu, const char *words, gboolean says)
{
	g_autofree char *table = table_of(cpu);

	assert_rows(table);
	if ((strstr(table, words) != NULL) != says)
		g_error("expected %s\"%s\" in:\n%s", says ? "" : "no ", words, table);
}

/* Guests that do not find KVM are told so, and nothing is said of its features. */
static void test_hidden(void)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	assert_says(&cpu, "guest        missing KVM's leaves are hidden (kvm=off)", TRUE);
	assert_says(&cpu, "-cpu MODEL,kvm=on\r\n", TRUE);
	assert_says(&cpu, "kvmclock=on", FALSE);
	assert_says(&cpu, "\r\nspinlocks", FALSE);
	recorded_init(&cpu, AMD, MISSING_ZEROS, FALSE);
	recorded_kvm(&cpu, BASE, BASE + 1, 0x01007afb, 0);
	assert_says(&cpu, "guest        missing The hypervisor bit is clear", TRUE);
	assert_says(&cpu, "-cpu MODEL,hypervisor=on\r\n", TRUE);
	assert_says(&cpu, "\r\nclock ", FALSE);
	recorded_init(&cpu, AMD, MISSING_ZEROS, FALSE);
	assert_says(&cpu, "guest        unsaid  No hypervisor is seen", TRUE);
	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	recorded_base(&cpu, BASE, BASE, "VMwareVMware");
	assert_says(&cpu, "guest        unsaid  This hypervisor is not KVM.", TRUE);
	assert_says(&cpu, "\r\nclock ", FALSE);
}

static void test_hyperv(void)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_base(&cpu, BASE, BASE + 5, "Microsoft Hv");
	recorded_set(&cpu, BASE + 1, 0x31237648, 0, 0, 0);
	assert_says(&cpu, "guest        unsaid  No KVM to be seen. Linux and Windows take this for", TRUE);
	recorded_kvm(&cpu, BASE + 0x100, BASE + 0x101, 0x01007afb, 0);
	assert_says(&cpu, "guest        used    Linux takes KVM's block and its features; Windows takes", TRUE);
	assert_says(&cpu, "\r\neoi          used ", TRUE);
}

/* A report that lacks something gets no guess in its place. */
static void test_unknown(void)
{
	struct report report;
	g_autofree char *table = NULL, *counted = NULL, *one = NULL;

	make_guest(GUESTS - 1, &report);
	report.leaf_count = 0;
	report.kvm.edx = 0;
	table = printed(forecast_table, &report);
	g_assert_nonnull(strstr(table, "\r\nclock        unsaid "));
	g_assert_nonnull(strstr(table, "\r\ntlb-flush    unsaid "));
	g_assert_nonnull(strstr(table, "\r\nyield        unsaid "));
	g_assert_null(strstr(table, "\r\nclock-read "));
	g_assert_null(strstr(table, "\r\nvcpus "));
	make_guest(GUESTS - 1, &report);
	report_problem(&report, PROBLEM_NO_MP_SERVICES, 0);
	counted = printed(forecast_table, &report);
	g_assert_nonnull(strstr(counted, "\r\nvcpus        unsaid "));
	make_guest(1 << CLOCK_NEW | 1 << UNHALT, &report);
	report.source = SOURCE_REPLAY;
	one = printed(forecast_table, &report);
	g_assert_nonnull(strstr(one, "\r\nvcpus        unsaid "));
	g_assert_nonnull(strstr(one, "\r\nspinlocks    used "));
}

/* The key is one of the outermost object, and not its first. */
static void print_document(struct text *json, const struct report *report)
{
	text_string(json, "\"source\":null");
	forecast_json(json, report);
}

static void test_json(void)
{
	struct report report;
	json_t *root, *rows, *fixes;

	make_guest(1 << CLOCK_NEW | 1 << SMP | 1 << MWAIT | 1 << TLB | 1 << STEAL, &report);
	root = printed_members(print_document, &report);
	rows = json_object_get(json_object_get(root, "forecast"), "rows");
	fixes = json_object_get(json_object_get(root, "forecast"), "fixes");
	g_assert_cmpuint(json_array_size(rows), >, 8);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *topic = json_string_value(json_object_get(row, "topic"));
		const char *fix = json_string_value(json_object_get(row, "fix"));

		if (strcmp(topic, "tlb-flush") == 0)
			g_assert_cmpstr(fix, ==, "monitor=off");
		if (strcmp(topic, "clock") == 0)
			g_assert_cmpstr(json_string_value(json_object_get(row, "since")), ==, "2.6.26");
	}
	for (size_t i = 0; i < json_array_size(fixes); i++) {
		const json_t *fix = json_array_get(fixes, i);

		g_assert_true((json_object_get(fix, "libvirt") == NULL) !=
			      (json_object_get(fix, "libvirt_commandline") == NULL));
	}
	json_decref(root);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/forecast/lines", test_lines);
	g_test_add_func("/forecast/hidden", test_hidden);
	g_test_add_func("/forecast/hyperv", test_hyperv);
	g_test_add_func("/forecast/unknown", test_unknown);
	g_test_add_func("/forecast/json", test_json);
	return g_test_run();
}
