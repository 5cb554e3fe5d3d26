/* SPDX-License-Identifier: BSD-2-Clause */
/* The table for people, and the two lines for programs. */
#include "core/output/report_table.h"

#include "kvmleaf/kvm_abi.h"
#include "kvmleaf/version.h"
#include "unit/fake/recorded.h"
#include "unit/fake/kvm_expected.h"

enum { OUT_SIZE = 64 * 1024, LINES = 25 };

/* Checks that the text is ASCII and that each line ends with CR LF; returns the lines without it. */
static GStrv lines_of(const struct text *out)
{
	g_autofree char *copy = g_strndup(out->data, out->length);
	GStrv lines = g_strsplit(copy, "\r\n", 0);
	guint count = g_strv_length(lines);

	g_assert_false(out->overflow);
	g_assert_cmpuint(count, >, 1);
	g_assert_cmpstr(lines[count - 1], ==, "");
	g_clear_pointer(&lines[count - 1], g_free);
	for (char **line = lines; *line != NULL; line++)
		for (const char *c = *line; *c != '\0'; c++)
			g_assert_true(*c >= ' ' && *c <= '~');
	return lines;
}

static GStrv body_of(const struct report *report)
{
	g_autofree char *buffer = g_malloc(OUT_SIZE);
	struct text out;

	text_init(&out, buffer, OUT_SIZE);
	table_body(&out, report);
	return lines_of(&out);
}

/* The row of that register, bit and name. A program needs no more than this pattern to read a row. */
static const char *row_of(const GStrv lines, const char *reg, const char *bit, const char *name)
{
	g_autofree char *pattern = g_strdup_printf("^%s +%s (yes|-) +%s +\\S+ +\\S.*$", reg, bit, name);

	for (char **line = lines; *line != NULL; line++)
		if (g_regex_match_simple(pattern, *line, 0, 0))
			return *line;
	g_error("no row %s %s %s", reg, bit, name);
}

static void usual_kvm(struct report *report, int vendor, uint32_t features, uint32_t hints)
{
	struct recorded cpu;

	recorded_init(&cpu, vendor, vendor == AMD ? MISSING_ZEROS : MISSING_TOP, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, features, hints);
	recorded_judge(&cpu, report);
}

static void test_begin(void)
{
	char buffer[128];
	struct text out;

	text_init(&out, buffer, sizeof(buffer));
	table_begin(&out, SOURCE_CPU);
	g_assert_cmpmem(buffer, out.length, "KVMLEAF-BEGIN version=" KVMLEAF_VERSION " source=cpu\r\n",
		strlen("KVMLEAF-BEGIN version=" KVMLEAF_VERSION " source=cpu\r\n"));
}

static void assert_end(
	const struct report *report, enum report_stored stored, enum exit_status status, const char *expected)
{
	char buffer[256];
	struct text out;
	g_autofree char *line = NULL;

	text_init(&out, buffer, sizeof(buffer));
	table_end(&out, report, stored, status);
	line = g_strndup(buffer, out.length);
	g_assert_cmpstr(line, ==, expected);
}

static void test_end(void)
{
	struct report report;

	usual_kvm(&report, AMD, 0x01007afb, 0);
	assert_end(&report, REPORT_WRITTEN, STATUS_PASS,
		"KVMLEAF-END verdict=kvm eax=0x01007afb vcpus=1 report=written status=pass\r\n");
	report.verdict = VERDICT_KVM_BEHIND;
	report.kvm.base = 0x40000100;
	report.kvm.edx = 1;
	report.vcpu_count = 288;
	assert_end(&report, REPORT_UNCHANGED, STATUS_EXPECTATION,
		"KVMLEAF-END verdict=kvm-behind base=0x40000100 eax=0x01007afb edx=0x00000001 vcpus=288 "
		"report=unchanged status=expectation\r\n");
	report.kvm.present = false;
	report.verdict = VERDICT_MASKED;
	assert_end(&report, REPORT_FAILED, STATUS_NOT_STORED,
		"KVMLEAF-END verdict=masked vcpus=288 report=failed status=not-stored\r\n");
	assert_end(NULL, REPORT_OFF, STATUS_USAGE, "KVMLEAF-END report=off status=usage\r\n");
	assert_end(NULL, REPORT_OFF, STATUS_PROBE, "KVMLEAF-END report=off status=probe\r\n");
	assert_end(NULL, REPORT_OFF, STATUS_NOT_PROBED, "KVMLEAF-END report=off status=not-probed\r\n");
	assert_end(NULL, REPORT_OFF, STATUS_VCPUS, "KVMLEAF-END report=off status=vcpus\r\n");
	assert_end(NULL, REPORT_OFF, STATUS_INTERNAL, "KVMLEAF-END report=off status=internal\r\n");
}

/* QEMU's exit status for each status, as a CI job sees it. */
static void test_exit_statuses(void)
{
	static const struct {
		int status, value, qemu;
	} rows[] = { { STATUS_PASS, 0x10, 33 }, { STATUS_EXPECTATION, 0x11, 35 }, { STATUS_PROBE, 0x12, 37 },
		{ STATUS_VCPUS, 0x13, 39 }, { STATUS_USAGE, 0x14, 41 }, { STATUS_NOT_STORED, 0x15, 43 },
		{ STATUS_NOT_PROBED, 0x16, 45 }, { STATUS_INTERNAL, 0x1f, 63 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_cmpint(rows[i].status, ==, rows[i].value);
		g_assert_cmpint(QEMU_STATUS(rows[i].status), ==, rows[i].qemu);
	}
	g_assert_null(exit_status_name(0));
	g_assert_null(exit_status_name(1));
	g_assert_null(exit_status_name(0x17));
}

/* With the first and the last line and 19 rows of features it fits a screen of 80x25, on either vendor. More rows
 * scroll the top away; what stands beside the rows must not grow. */
static void test_one_block_fits(void)
{
	for (int vendor = AMD; vendor <= INTEL; vendor++) {
		struct report report;
		g_auto(GStrv) lines = NULL;

		usual_kvm(&report, vendor, expected_known(KVM_EAX), expected_known(KVM_EDX));
		lines = body_of(&report);
		g_assert_cmpuint(1 + g_strv_length(lines) + 1 - G_N_ELEMENTS(kvm_expected), <=, LINES - 19);
	}
}

static void test_rows(void)
{
	static const struct {
		const char *reg, *bit, *name, *qemu, *state;
	} rows[] = { { "EAX", "0", "CLOCKSOURCE", "kvmclock", "yes" },
		{ "EAX", "1", "NOP_IO_DELAY", "kvm-nopiodelay", "yes" }, { "EAX", "2", "MMU_OP", "kvm-mmu", "-" },
		{ "EAX", "3", "CLOCKSOURCE2", "kvmclock", "yes" },
		{ "EAX", "5", "STEAL_TIME", "kvm-steal-time", "yes" },
		{ "EAX", "7", "PV_UNHALT", "kvm-pv-unhalt", "-" },
		{ "EAX", "15", "MSI_EXT_DEST_ID", "kvm-msi-ext-dest-id", "-" },
		{ "EAX", "16", "HC_MAP_GPA_RANGE", "-", "-" },
		{ "EAX", "24", "CLOCKSOURCE_STABLE_BIT", "kvmclock-stable-bit", "yes" },
		{ "EDX", "0", "REALTIME", "kvm-hint-dedicated", "-" } };
	struct report report;
	g_auto(GStrv) lines = NULL;

	usual_kvm(&report, AMD, 0x0100007b, 0);
	lines = body_of(&report);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *row = row_of(lines, rows[i].reg, rows[i].bit, rows[i].name);
		g_auto(GStrv) words = g_regex_split_simple(" +", row, 0, 0);

		g_assert_cmpstr(words[2], ==, rows[i].state);
		g_assert_cmpstr(words[4], ==, rows[i].qemu);
	}
}

static void test_hint_is_edx(void)
{
	struct report report;
	g_auto(GStrv) lines = NULL;

	usual_kvm(&report, AMD, 0, 1);
	lines = body_of(&report);
	g_assert_nonnull(strstr(row_of(lines, "EDX", "0", "REALTIME"), " yes "));
	g_assert_null(strstr(row_of(lines, "EAX", "0", "CLOCKSOURCE"), " yes "));
}

/* Every bit that kvm_expected.def does not have is shown, without a name: bit 8 and the highest ones among them. */
static void test_unknown_bits(void)
{
	struct report report;
	g_auto(GStrv) lines = NULL;
	unsigned of_eax = 0, of_edx = 0;

	usual_kvm(&report, AMD, 0xffffffff, 0xffffffff);
	lines = body_of(&report);
	for (char **line = lines; *line != NULL; line++) {
		of_eax += g_str_has_prefix(*line, "EAX ") && strstr(*line, " yes unknown ") != NULL;
		of_edx += g_str_has_prefix(*line, "EDX ") && strstr(*line, " yes unknown ") != NULL;
	}
	g_assert_cmpuint(of_eax, ==, 32 - __builtin_popcount(expected_known(KVM_EAX)));
	g_assert_cmpuint(of_edx, ==, 32 - __builtin_popcount(expected_known(KVM_EDX)));
	g_assert_nonnull(strstr(row_of(lines, "EAX", "8", "unknown"), " yes "));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/begin", test_begin);
	g_test_add_func("/table/end", test_end);
	g_test_add_func("/table/exit-statuses", test_exit_statuses);
	g_test_add_func("/table/one-block-fits", test_one_block_fits);
	g_test_add_func("/table/rows", test_rows);
	g_test_add_func("/table/hint-is-edx", test_hint_is_edx);
	g_test_add_func("/table/unknown-bits", test_unknown_bits);
	return g_test_run();
}
