/* SPDX-License-Identifier: BSD-2-Clause */
/* The levels of the x86-64 psABI, and the CPU's features by name. */
#include "core/output/report_table.h"
#include "unit/core/levelled.h"
#include "unit/core/printed.h"

/* By QEMU's names; bits by the Intel SDM volume 2A, CPUID, and the AMD APM volume 3, appendix E. */
static const struct need named[] = {
	{ 0, "vmx", 1, 1u << 5, ECX },
	{ 0, "svm", 0x80000001, 1u << 2, ECX },
	{ 0, "invtsc", 0x80000007, 1u << 8, EDX },
	{ 0, "x2apic", 1, 1u << 21, ECX },
	{ 0, "tsc-deadline", 1, 1u << 24, ECX },
};

static void test_levels(void)
{
	for (unsigned level = 0; level <= ALL; level++) {
		for (int vendor = AMD; vendor <= INTEL; vendor++) {
			g_autoptr(GString) missing = g_string_new(NULL);
			struct recorded cpu;
			struct report report;

			for (size_t i = 0; i < G_N_ELEMENTS(needs); i++)
				if (needs[i].level == level + 1)
					g_string_append_printf(
						missing, "%s%s", missing->len > 0 ? "," : "", needs[i].name);
			machine(&cpu, level, vendor);
			examine_cpu(&cpu, &report);
			assert_level(&report, levels[level], missing->str);
		}
	}
}

/* A CPU with all features but one has the level below the one that needs it. */
static void test_one_less(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
		struct recorded cpu;
		struct report report;

		machine(&cpu, ALL, AMD);
		*register_of(&cpu, needs[i].leaf, needs[i].reg) &= ~needs[i].bit;
		examine_cpu(&cpu, &report);
		assert_level(&report, levels[needs[i].level - 1], needs[i].name);
	}
}

/* Intel's CPUs do not show SYSCALL to 32-bit code (SDM volume 2A), such as the app for 32-bit firmware. */
static void test_syscall(void)
{
	struct recorded cpu;
	struct report report;

	machine(&cpu, ALL, INTEL);
	*register_of(&cpu, 0x80000001, EDX) &= ~(1u << 11);
	examine_cpu(&cpu, &report);
	assert_level(&report, "x86-64-v4", "");
	*register_of(&cpu, 0x80000001, EDX) &= ~(1u << 29);
	examine_cpu(&cpu, &report);
	assert_level(&report, "none", "SCE,LM");
}

/* A CPU without a leaf has none of its features, whatever it answers there. */
static void test_highest_leaves(void)
{
	static const struct {
		uint32_t leaf, max;
		const char *level, *missing;
	} rows[] = {
		{ 0, 0xc, "x86-64-v2", "XCR0-AVX" },
		{ 0, 6, "x86-64-v2", "BMI1,AVX2,BMI2,XCR0-AVX" },
		{ 0, 0, "none", "FPU,CX8,CMOV,MMX,FXSR,SSE,SSE2" },
		{ 0x80000000, 0x80000001, "x86-64-v4", "" },
		{ 0x80000000, 0x80000000, "none", "SCE,LM" },
		{ 0x80000000, 0, "none", "SCE,LM" },
		{ 0x80000000, 0x7fffffff, "none", "SCE,LM" },
		{ 0x80000000, 0x80010000, "none", "SCE,LM" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct recorded cpu;
		struct report report;
		json_t *json;

		g_test_message("row %zu", i);
		machine(&cpu, ALL, AMD);
		*register_of(&cpu, rows[i].leaf, EAX) = rows[i].max;
		examine_cpu(&cpu, &report);
		assert_level(&report, rows[i].level, rows[i].missing);
		json = cpu_of(&report);
		g_assert_cmpint(json_object_get(json, "phys_bits") != NULL, ==, rows[i].leaf == 0);
		json_decref(json);
	}
}

/* Of a leaf that a recording lacks, nothing is said. */
static void test_not_recorded(void)
{
	static const uint32_t leaves[] = { 7, 0xd, 0x80000001 };

	for (size_t i = 0; i < G_N_ELEMENTS(leaves); i++) {
		struct recorded cpu;
		struct report report;

		machine(&cpu, ALL, AMD);
		forget(&cpu, leaves[i]);
		examine_cpu(&cpu, &report);
		assert_unknown(&report, leaves[i]);
	}
	for (int vendor = AMD; vendor <= INTEL; vendor++) {
		struct recorded cpu;
		struct report report;
		json_t *json, *features;

		machine(&cpu, ALL, vendor);
		forget(&cpu, 0x80000000);
		examine_cpu(&cpu, &report);
		assert_unknown(&report, 0x80000001);
		json = cpu_of(&report);
		features = json_object_get(json, "features");
		g_assert_true(json_is_false(json_object_get(features, "vmx")));
		g_assert_null(json_object_get(features, "svm"));
		g_assert_null(json_object_get(features, "invtsc"));
		json_decref(json);
	}
}

/* Holds the answer for a requirement and a prohibition of that name against what is expected. */
static void assert_expectations(struct recorded *cpu, const char *name, bool required, bool forbidden)
{
	struct report report = { .expectation_count = 2 };

	report.expectations[0].kind = EXPECT_REQUIRE;
	report.expectations[1].kind = EXPECT_FORBID;
	for (int i = 0; i < 2; i++)
		report.expectations[i].name = cpu_features_by_name(name, strlen(name), &report.expectations[i].cpu);
	g_assert_nonnull(report.expectations[0].name);
	cpu->asked_count = 0;
	recorded_examine(cpu, &report, NULL);
	g_assert_cmpint(report.expectations[0].holds, ==, required);
	g_assert_cmpint(report.expectations[1].holds, ==, forbidden);
}

static void test_expectations(void)
{
	struct recorded cpu;

	for (unsigned level = 0; level <= ALL; level++) {
		machine(&cpu, level, AMD);
		for (unsigned asked = 1; asked <= ALL; asked++)
			assert_expectations(&cpu, levels[asked], asked <= level, asked > level);
	}
	machine(&cpu, ALL, AMD);
	for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
		assert_expectations(&cpu, needs[i].name, true, false);
		*register_of(&cpu, needs[i].leaf, needs[i].reg) &= ~needs[i].bit;
		assert_expectations(&cpu, needs[i].name, false, true);
		*register_of(&cpu, needs[i].leaf, needs[i].reg) |= needs[i].bit;
	}
	/* Neither can be said of what was not recorded. */
	forget(&cpu, 7);
	assert_expectations(&cpu, "avx2", false, false);
	assert_expectations(&cpu, "x86-64-v3", false, false);
	assert_expectations(&cpu, "x86-64-v2", true, false);
}

static void test_names(void)
{
	static const struct {
		const char *name, *found;
	} rows[] = { { "X86-64-V2", "x86-64-v2" }, { "lzcnt", "LZCNT" }, { "ABM", "abm" }, { "cx16", "cx16" },
		{ "sse4_2", "SSE4_2" }, { "SSE4.2", "sse4.2" }, { "pni", "pni" }, { "TSC-Deadline", "tsc-deadline" },
		{ "", NULL }, { "x86-64", NULL }, { "x86-64-v5", NULL }, { "x86-64-v0", NULL }, { "none", NULL },
		{ "avx3", NULL }, { "av", NULL }, { "phys-bits", NULL } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint64_t features;

		g_assert_cmpstr(cpu_features_by_name(rows[i].name, strlen(rows[i].name), &features), ==, rows[i].found);
	}
}

/* Features by name, each alone, and the width of an address. */
static void test_named(void)
{
	for (size_t i = 0; i <= G_N_ELEMENTS(named); i++) {
		struct recorded cpu;
		struct report report;
		json_t *json, *features;

		machine(&cpu, 1, INTEL);
		if (i < G_N_ELEMENTS(named))
			*register_of(&cpu, named[i].leaf, named[i].reg) |= named[i].bit;
		examine_cpu(&cpu, &report);
		json = cpu_of(&report);
		features = json_object_get(json, "features");
		g_assert_cmpuint(json_object_size(features), ==, G_N_ELEMENTS(named));
		for (size_t k = 0; k < G_N_ELEMENTS(named); k++)
			g_assert_cmpint(json_is_true(json_object_get(features, named[k].name)), ==, k == i);
		g_assert_cmpint(number_at(json, "phys_bits"), ==, PHYSICAL_BITS);
		json_decref(json);
		for (size_t k = 0; k < G_N_ELEMENTS(named); k++)
			assert_expectations(&cpu, named[k].name, k == i, k != i);
	}
}

/* What a requirement lacks is named on lines that fit the screen. */
static void test_lacks(void)
{
	struct recorded cpu;
	struct report report = { .expectation_count = 1, .expectations[0] = { .kind = EXPECT_REQUIRE } };
	g_autofree char *body = NULL;

	machine(&cpu, 0, AMD);
	forget(&cpu, 7);
	report.expectations[0].name = cpu_features_by_name("x86-64-v4", 9, &report.expectations[0].cpu);
	recorded_examine(&cpu, &report, NULL);
	body = printed(table_body, &report);
	g_assert_nonnull(strstr(body, "\r\nFAILS: require x86-64-v4\r\n    lacks: FPU CX8 CMOV MMX "));
	for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
		g_autofree char *word = g_strdup_printf(" %s%s", needs[i].name, needs[i].leaf == 7 ? "(?)" : "");
		const char *at = strstr(body, word);

		if (at == NULL || (at[strlen(word)] != ' ' && at[strlen(word)] != '\r'))
			g_error("no%s in %s", word, body);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cpu-features/levels", test_levels);
	g_test_add_func("/cpu-features/one-less", test_one_less);
	g_test_add_func("/cpu-features/syscall", test_syscall);
	g_test_add_func("/cpu-features/highest-leaves", test_highest_leaves);
	g_test_add_func("/cpu-features/not-recorded", test_not_recorded);
	g_test_add_func("/cpu-features/expectations", test_expectations);
	g_test_add_func("/cpu-features/names", test_names);
	g_test_add_func("/cpu-features/named", test_named);
	g_test_add_func("/cpu-features/lacks", test_lacks);
	return g_test_run();
}
