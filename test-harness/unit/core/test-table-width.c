/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of unusual guests: no line may be so long that it wraps at 80 columns. */
#include "unit/fake/recorded.h"
#include "core/output/report_table.h"

enum { OUT_SIZE = 256 * 1024, COLUMNS = 79 };

/* Returns the table as one string, and adds its lines that are too wide to complaints. */
static char *body_of(const struct report *report, GString *complaints)
{
	g_autofree char *buffer = g_malloc(OUT_SIZE);
	struct text out;
	g_auto(GStrv) lines = NULL;
	char *body;

	text_init(&out, buffer, OUT_SIZE);
	table_body(&out, report);
	g_assert_false(out.overflow);
	body = g_strndup(buffer, out.length);
	g_assert_cmpuint(strlen(body), ==, out.length);
	for (const char *c = body; *c != '\0'; c++)
		g_assert_true(
			(*c >= ' ' && *c <= '~') || (*c == '\r' && c[1] == '\n') || (*c == '\n' && c[-1] == '\r'));
	g_assert_true(g_str_has_suffix(body, "\r\n"));
	lines = g_strsplit(body, "\r\n", 0);
	for (char **line = lines; *line != NULL; line++)
		if (strlen(*line) > COLUMNS)
			g_string_append_printf(complaints, "\n%zu columns: %s", strlen(*line), *line);
	return body;
}

static void assert_no(const GString *complaints)
{
	if (complaints->len > 0)
		g_error("%s", complaints->str);
}

static void test_verdicts(void)
{
	static const char *const words[] = { [VERDICT_NONE] = "No hypervisor",
		[VERDICT_MASKED] = "masked",
		[VERDICT_OTHER] = "not KVM",
		[VERDICT_KVM_BEHIND] = "behind",
		[VERDICT_KVM] = "KVM." };
	g_autoptr(GString) complaints = g_string_new(NULL);

	for (int verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		/* "masked" implies that the hypervisor bit is set, "none" that it is clear. */
		for (int bit = verdict == VERDICT_MASKED; bit < (verdict == VERDICT_NONE ? 1 : 2); bit++) {
			struct report report = { .verdict = (enum verdict)verdict, .hypervisor_bit = bit };
			g_autofree char *body = NULL;

			memcpy(report.cpu_vendor, "GenuineIntel", 12);
			body = body_of(&report, complaints);
			g_assert_nonnull(strstr(body, words[verdict]));
			g_assert_nonnull(strstr(body, bit ? "bit set" : "bit clear"));
			g_assert_nonnull(strstr(body, "GenuineIntel"));
		}
	}
	assert_no(complaints);
}

static void test_feature_rows(void)
{
	struct recorded cpu;
	struct report report;
	g_autoptr(GString) complaints = g_string_new(NULL);
	g_autofree char *body = NULL;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 0xffffffff, 0xffffffff);
	recorded_judge(&cpu, &report);
	body = body_of(&report, complaints);
	g_assert_nonnull(strstr(body, "EAX=0xffffffff EDX=0xffffffff"));
	assert_no(complaints);
}

/* A TSC of 2 GHz and an APIC bus of 1 GHz are what QEMU reports by default. */
static void test_timing(void)
{
	static const uint32_t khz[][2] = { { 2000000, 1000000 }, { 999999, 1000000 }, { UINT32_MAX, UINT32_MAX } };
	g_autoptr(GString) complaints = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(khz); i++) {
		struct report report = { .kvm = { .present = true, .base = 0x40000000, .has_timing = true } };
		g_autofree char *tsc = g_strdup_printf("%u", khz[i][0]);
		g_autofree char *body = NULL;

		report.kvm.tsc_khz = khz[i][0];
		report.kvm.apic_khz = khz[i][1];
		body = body_of(&report, complaints);
		g_assert_nonnull(strstr(body, tsc));
	}
	assert_no(complaints);
}

static void test_blocks(void)
{
	g_autoptr(GString) complaints = g_string_new(NULL);
	struct report report = { .block_count = 1 };
	struct block *block = &report.blocks[0];

	for (int hypervisor = HYPERVISOR_UNKNOWN; hypervisor <= HYPERVISOR_NAPOCA; hypervisor++) {
		g_autofree char *body = NULL;

		*block = (struct block){ .base = 0x4000ff00,
			.hypervisor = (enum hypervisor)hypervisor,
			.hyperv_interface = hypervisor == HYPERVISOR_UNKNOWN,
			.max_leaf = 0xffffffff };
		memcpy(block->signature, "\"\\ab\x01\xff\r\nwxyz", 12);
		body = body_of(&report, complaints);
		g_assert_nonnull(strstr(body, "0x4000ff00"));
		g_assert_nonnull(strstr(body, "0xffffffff"));
		g_assert_nonnull(strstr(body, hypervisor_title(block)));
	}
	assert_no(complaints);
}

/* Each kind of problem, about a range of leaves or with the largest number. */
static void test_problems(void)
{
	g_autoptr(GString) complaints = g_string_new(NULL);

	for (int kind = 0; kind < PROBLEM_KINDS; kind++) {
		struct report report = { 0 };
		gboolean about_leaf = kind <= PROBLEM_LEAVES_DROPPED;
		g_autofree char *body = NULL;

		if (!about_leaf)
			report_problem(&report, (enum problem_kind)kind, UINT32_MAX);
		for (uint32_t leaf = 0x40000000; about_leaf && leaf < 0x40000300; leaf += 0x100)
			report_leaf_problem(&report, (enum problem_kind)kind, leaf, &(struct cpuid_regs){ 1, 2, 3, 4 });
		g_assert_cmpuint(report.problem_count, ==, 1);
		body = body_of(&report, complaints);
		g_assert_nonnull(strstr(body, about_leaf ? "Note: 0x40000000..0x40000200 " : " (4294967295)\r\n"));
		g_assert_nonnull(strstr(body, problem_meaning((enum problem_kind)kind)));
	}
	assert_no(complaints);
}

/* Each kind with the longest name of a call. */
static void test_failed_calls(void)
{
	g_autoptr(GString) complaints = g_string_new(NULL);

	for (int kind = 0; kind < PROBLEM_KINDS; kind++) {
		struct report report = { 0 };
		g_autofree char *body = NULL;

		report_call_problem(&report, (enum problem_kind)kind, "GetNumberOfProcessors", UINT32_MAX);
		body = body_of(&report, complaints);
		g_assert_true(g_str_has_suffix(body, "\r\n      GetNumberOfProcessors: EFI status 4294967295\r\n"));
	}
	assert_no(complaints);
}

static void test_expectations(void)
{
	g_autoptr(GString) complaints = g_string_new(NULL);
	struct report report = { .expectation_count = 2 };
	g_autofree char *body = NULL;

	report.expectations[0] = (struct expectation){
		.kind = EXPECT_REQUIRE, .name = "KVM_FEATURE_CLOCKSOURCE_STABLE_BIT", .holds = true
	};
	report.expectations[1] = (struct expectation){ .kind = EXPECT_VERDICT, .name = "kvm-behind" };
	body = body_of(&report, complaints);
	g_assert_nonnull(strstr(body, "\r\nHolds: require KVM_FEATURE_CLOCKSOURCE_STABLE_BIT\r\n"));
	g_assert_nonnull(strstr(body, "\r\nFAILS: verdict kvm-behind\r\n"));
	assert_no(complaints);
}

/* How many columns the last line takes. */
static size_t end_columns(const struct report *report, enum report_stored stored, enum exit_status status)
{
	char line[256];
	struct text out;

	text_init(&out, line, sizeof(line));
	table_end(&out, report, stored, status);
	g_assert_false(out.overflow);
	return out.length - 2;
}

static void usual(struct report *report, uint32_t base, uint32_t hints)
{
	struct recorded cpu;

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, base, base + 1, 0x01007afb, hints);
	recorded_judge(&cpu, report);
}

/*
 * A screen of 80x25 holds the first line, the body, the last line and the countdown, none of which wraps. 19 rows are
 * features; more of them scroll the top away, and what stands beside them must not grow.
 */
static void test_screen(void)
{
	enum { FIRST = 1, LAST = 1, COUNTDOWN = 1 };
	struct report report;
	g_autoptr(GString) complaints = g_string_new(NULL);
	g_autofree char *body = NULL;
	g_auto(GStrv) lines = NULL;

	usual(&report, 0x40000000, 0);
	body = body_of(&report, complaints);
	assert_no(complaints);
	lines = g_strsplit(body, "\r\n", 0);
	g_assert_cmpuint(FIRST + g_strv_length(lines) - 1 + LAST + COUNTDOWN - kvm_feature_count, <=, 25 - 19);
	for (int stored = REPORT_WRITTEN; stored <= REPORT_OFF; stored++)
		g_assert_cmpuint(end_columns(&report, (enum report_stored)stored, STATUS_PASS), <=, COLUMNS);
	report.vcpu_count = 9999;
	g_assert_cmpuint(end_columns(&report, REPORT_WRITTEN, STATUS_PASS), <=, COLUMNS);
}

/* OVMF's screen has 100 columns: there the line fits a guest with one unusual thing too. */
static void test_end_on_100_columns(void)
{
	static const enum exit_status statuses[] = { STATUS_PASS, STATUS_EXPECTATION, STATUS_PROBE, STATUS_VCPUS,
		STATUS_NOT_STORED };
	struct report report;

	for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
		usual(&report, 0x40000000, 1);
		g_assert_cmpuint(end_columns(&report, REPORT_WRITTEN, statuses[i]), <, 100);
		usual(&report, 0x40000000, 0);
		report.probe.run = true;
		report.probe.results[0].outcome = PROBE_WRONG;
		g_assert_cmpuint(end_columns(&report, REPORT_WRITTEN, statuses[i]), <, 100);
		report.probe.run = false;
		report.vcpus_differing.count = 9999;
		g_assert_cmpuint(end_columns(&report, REPORT_WRITTEN, statuses[i]), <, 100);
	}
	usual(&report, 0x40000100, 0);
	g_assert_cmpint(report.verdict, ==, VERDICT_KVM_BEHIND);
	g_assert_cmpuint(end_columns(&report, REPORT_WRITTEN, STATUS_PASS), <, 100);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/blocks", test_blocks);
	g_test_add_func("/table/expectations", test_expectations);
	g_test_add_func("/table/screen", test_screen);
	g_test_add_func("/table/end-on-100-columns", test_end_on_100_columns);
	g_test_add_func("/table/verdicts", test_verdicts);
	g_test_add_func("/table/feature-rows", test_feature_rows);
	g_test_add_func("/table/timing", test_timing);
	g_test_add_func("/table/problems", test_problems);
	g_test_add_func("/table/failed-calls", test_failed_calls);
	return g_test_run();
}
