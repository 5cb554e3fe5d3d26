/* SPDX-License-Identifier: BSD-2-Clause */
/* The screen to the letter: the usual machine's, and the lines that it does not have. */
#include "core/output/report_table.h"

#include "kvmleaf/version.h"
#include "unit/core/printed.h"
#include "unit/fake/recorded.h"
#include "unit/fake/kvm_expected.h"

/* The block's lines, then a row for each bit of kvm_expected.def, of QEMU's -cpu host on an AMD machine. */
static char *expected_body(void)
{
	const uint32_t values[] = { [KVM_EAX] = 0x01007afb, [KVM_EDX] = 0 };
	GString *body = g_string_new("KVM. Hypervisor bit set. CPU AuthenticAMD, of an unknown x86-64 level.\r\n"
				     "0x40000000  \"KVMKVMKVM\"     KVM                     max leaf 0x40000001\r\n"
				     "0x40000001  EAX=0x01007afb EDX=0x00000000\r\n");

	for (size_t i = 0; i < G_N_ELEMENTS(kvm_expected); i++) {
		const struct kvm_expected *row = &kvm_expected[i];

		/* The meaning is our own words: no document has it. */
		g_string_append_printf(body, "%s %2u %-3s %-22s %-19s %s\r\n", row->reg == KVM_EAX ? "EAX" : "EDX",
			row->bit, values[row->reg] >> row->bit & 1 ? "yes" : "-", expected_bare_name(row),
			*row->qemu != '\0' ? row->qemu : "-", kvm_features[i].meaning);
	}
	return g_string_free(body, FALSE);
}

static void test_body(void)
{
	struct recorded cpu;
	struct report report;
	g_autofree char *body = NULL, *expected = expected_body();

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, 0x01007afb, 0);
	recorded_judge(&cpu, &report);
	body = printed(table_body, &report);
	g_assert_cmpstr(body, ==, expected);
	g_assert_nonnull(strstr(
		body, "\r\nEAX 16 -   HC_MAP_GPA_RANGE       -                   page encryption hypercall\r\n"));
	g_assert_nonnull(strstr(
		body, "\r\nEAX  6 yes PV_EOI                 kvm-pv-eoi          end of interrupt, no exit\r\n"));
}

static void test_verdict_lines(void)
{
	static const struct {
		enum verdict verdict;
		bool bit;
		const char *line;
	} rows[] = {
		{ VERDICT_KVM, false, "KVM. Hypervisor bit clear. CPU GenuineIntel, below x86-64-v1.\r\n" },
		{ VERDICT_KVM_BEHIND, true,
			"KVM, behind another hypervisor. Hypervisor bit set. CPU GenuineIntel.\r\n"
			"The CPU is below x86-64-v1.\r\n" },
		{ VERDICT_OTHER, true,
			"A hypervisor that is not KVM. Hypervisor bit set. CPU GenuineIntel.\r\n"
			"The CPU is below x86-64-v1.\r\n" },
		{ VERDICT_MASKED, true,
			"A hypervisor without a signature: masked. Hypervisor bit set. CPU GenuineIntel.\r\n"
			"The CPU is below x86-64-v1.\r\n" },
		{ VERDICT_NONE, false,
			"No hypervisor. Hypervisor bit clear. CPU GenuineIntel.\r\n"
			"The CPU is below x86-64-v1.\r\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report report = { .verdict = rows[i].verdict, .hypervisor_bit = rows[i].bit };
		g_autofree char *body = NULL;

		memcpy(report.cpu_vendor, "GenuineIntel", 12);
		report.cpu.known = UINT64_MAX;
		body = printed(table_body, &report);
		g_assert_cmpstr(body, ==, rows[i].line);
	}
}

/* A signature is shown up to its first NUL; bytes that are not printable become question marks. */
static void test_block_lines(void)
{
	static const struct {
		const char *signature, *shown;
	} rows[] = { { "VMwareVMware", "\"VMwareVMware\"  " }, { "a\0bcdefghijk", "\"a\"             " },
		{ "\x1f~ \x7f\xff\r\n12345", "\"?~ ????12345\"  " },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0", "\"\"              " } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct report report = { .block_count = 1 };
		g_autofree char *expected = NULL;
		g_autofree char *body = NULL;

		report.blocks[0] = (struct block){ .base = 0x4000ff00, .max_leaf = 0x4000ff42 };
		memcpy(report.blocks[0].signature, rows[i].signature, SIGNATURE_SIZE);
		expected = g_strdup_printf(
			"\r\n0x4000ff00  %sunknown hypervisor      max leaf 0x4000ff42\r\n", rows[i].shown);
		body = printed(table_body, &report);
		g_assert_true(g_str_has_suffix(body, expected));
	}
}

/*
 * The rows of unknown bits have the columns of the others, and stand among them by the number of the bit. 64 rows: no
 * bit is left out where all are set.
 */
static void test_unknown_rows(void)
{
	struct report report = { .kvm = { .present = true, .base = 0x40000000, .eax = UINT32_MAX, .edx = UINT32_MAX } };
	g_autofree char *body = printed(table_body, &report);
	g_auto(GStrv) lines = g_strsplit(body, "\r\n", 0);
	size_t i = 2; /* behind the lines of the verdict and of the leaf */

	for (int reg = KVM_EAX; reg <= KVM_EDX; reg++) {
		for (unsigned bit = 0; bit < 32; bit++, i++) {
			bool known = expected_known((enum kvm_register)reg) >> bit & 1;
			g_autofree char *start = g_strdup_printf("%s %2u yes ", reg == KVM_EAX ? "EAX" : "EDX", bit);

			g_assert_true(g_str_has_prefix(lines[i], start));
			g_assert_cmpint(g_str_has_suffix(lines[i],
						" yes unknown                -                   no known meaning"),
				==, !known);
		}
	}
	g_assert_cmpstr(lines[i], ==, "");
	g_assert_cmpuint(g_strv_length(lines), ==, 2 + 64 + 1);
}

static void test_kvm_lines(void)
{
	static const char *const unknown[] = {
		"EAX  8 yes unknown                -                   no known meaning",
		"EAX 31 yes unknown                -                   no known meaning",
		"EDX 30 yes unknown                -                   no known meaning",
		"EDX 31 yes unknown                -                   no known meaning",
	};
	struct report report = { .kvm = { .present = true,
					 .base = 0x40000100,
					 .eax = 0x80000100,
					 .edx = 0xc0000000,
					 .has_timing = true,
					 .tsc_khz = 2600000,
					 .apic_khz = 1000000 } };
	g_autofree char *body = printed(table_body, &report);
	g_auto(GStrv) lines = g_strsplit(body, "\r\n", 0);
	size_t count = g_strv_length(lines) - 1; /* the last string, behind the last CR LF, is empty */

	g_assert_cmpstr(lines[1], ==, "0x40000101  EAX=0x80000100 EDX=0xc0000000  TSC/APIC 2600000/1000000 kHz");
	g_assert_cmpuint(count, ==, 2 + kvm_feature_count + G_N_ELEMENTS(unknown));
	for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++)
		g_assert_true(g_strv_contains((const char *const *)lines, unknown[i]));
}

static void test_problem_lines(void)
{
	struct report report = { 0 };
	g_autofree char *body = NULL;

	report_leaf_problem(&report, PROBLEM_MAX_LEAF, 0x40000000, &(struct cpuid_regs){ 1, 2, 3, 4 });
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x40000100, &(struct cpuid_regs){ 1, 2, 3, 4 });
	report_leaf_problem(&report, PROBLEM_ALIAS, 0x4000ff00, &(struct cpuid_regs){ 1, 2, 3, 4 });
	report_problem(&report, PROBLEM_NO_CONSOLE, 0);
	report_problem(&report, PROBLEM_FW_CFG, 70000);
	report_call_problem(&report, PROBLEM_VCPUS_UNREAD, "StartupAllAPs", 14);
	body = printed(table_body, &report);
	g_assert_true(g_str_has_suffix(body,
		"\r\nNote: 0x40000000 maximum leaf outside its block; base+1 used\r\n"
		"Note: 0x40000100..0x4000ff00 repeats the block below it: not a block of its own\r\n"
		"Note: no console\r\n"
		"Note: opt/kvmleaf/args is not text or too long, and was ignored (70000)\r\n"
		"Note: the firmware did not start the other vCPUs\r\n      StartupAllAPs: EFI status 14\r\n"));
}

static void assert_end(const struct report *report, const char *expected)
{
	char buffer[256];
	struct text out;
	g_autofree char *line = NULL;

	text_init(&out, buffer, sizeof(buffer));
	table_end(&out, report, REPORT_WRITTEN, STATUS_PASS);
	line = g_strndup(buffer, out.length);
	g_assert_cmpstr(line, ==, expected);
}

/* Keys that only some runs have come between those that every run has. */
static void test_end_keys(void)
{
	struct report report = { .verdict = VERDICT_OTHER, .vcpu_count = 12 };

	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 report=written status=pass\r\n");
	report.vcpus_differing.count = 3;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 differing=3 report=written status=pass\r\n");
	report.vcpus_silent.count = 1;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 differing=3 silent=1 report=written status=pass\r\n");
	report.vcpus_differing.count = 0;
	report.probe_asked = true;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 silent=1 probe=none report=written status=pass\r\n");
	report.probe.run = true;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 silent=1 probe=agrees report=written status=pass\r\n");
	report.vcpus_silent.count = 0;
	report.probe.results[KVM_FEATURE_ROWS - 1].outcome = PROBE_MASKED_WORKS;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 probe=agrees report=written status=pass\r\n");
	report.enforced = true;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 probe=contradicts report=written status=pass\r\n");
	report.enforced = false;
	report.probe.results[0].outcome = PROBE_REFUSED;
	assert_end(&report, "KVMLEAF-END verdict=other vcpus=12 probe=contradicts report=written status=pass\r\n");
}

static void test_begin_of_a_replay(void)
{
	char buffer[128];
	struct text out;
	g_autofree char *line = NULL;

	text_init(&out, buffer, sizeof(buffer));
	table_begin(&out, SOURCE_REPLAY);
	line = g_strndup(buffer, out.length);
	g_assert_cmpstr(line, ==, "KVMLEAF-BEGIN version=" KVMLEAF_VERSION " source=replay\r\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table-lines/readme", test_body);
	g_test_add_func("/table-lines/verdicts", test_verdict_lines);
	g_test_add_func("/table-lines/blocks", test_block_lines);
	g_test_add_func("/table-lines/kvm", test_kvm_lines);
	g_test_add_func("/table-lines/unknown", test_unknown_rows);
	g_test_add_func("/table-lines/problems", test_problem_lines);
	g_test_add_func("/table-lines/end-keys", test_end_keys);
	g_test_add_func("/table-lines/begin-of-a-replay", test_begin_of_a_replay);
	return g_test_run();
}
