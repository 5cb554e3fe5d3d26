/* SPDX-License-Identifier: BSD-2-Clause */
/* The user's expectations, and the names that stand for bits. */
#include "core/base/kvm_names.h"
#include "unit/fake/recorded.h"

static bool holds(const struct expectation *expectation, uint32_t eax, uint32_t edx)
{
	struct recorded cpu;
	struct report report = { .expectation_count = 1, .expectations[0] = *expectation };

	recorded_init(&cpu, AMD, MISSING_ZEROS, TRUE);
	recorded_kvm(&cpu, 0x40000000, 0x40000001, eax, edx);
	report.expectations[0].holds = true; /* a value from before does not count */
	recorded_examine(&cpu, &report, NULL);
	g_assert_cmpint(judge_status(&report), ==, report.expectations[0].holds ? 0x10 : 0x11);
	return report.expectations[0].holds;
}

static struct expectation about(enum expectation_kind kind, const char *name)
{
	struct expectation expectation = { .kind = kind };

	expectation.name = kvm_bits_by_name(name, strlen(name), &expectation.eax, &expectation.edx);
	g_assert_nonnull(expectation.name);
	return expectation;
}

/* kvmclock stands for bits 0 and 3: --require needs both, --forbid needs neither. */
static void test_require_and_forbid(void)
{
	static const struct {
		const char *name;
		uint32_t eax, edx;
		bool require, forbid;
	} rows[] = {
		{ "PV_EOI", 0x00000040, 0, true, false },
		{ "PV_EOI", 0xffffffbf, 0xffffffff, false, true },
		{ "PV_EOI", 0, 0x00000040, false, true },
		{ "kvmclock", 0x00000009, 0, true, false },
		{ "kvmclock", 0x00000001, 0, false, false },
		{ "kvmclock", 0x00000008, 0, false, false },
		{ "kvmclock", 0x01000000, 9, false, true },
		{ "CLOCKSOURCE", 0x00000001, 0, true, false },
		{ "CLOCKSOURCE", 0x00000008, 0, false, true },
		{ "REALTIME", 0, 1, true, false },
		{ "REALTIME", 1, 0, false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct expectation require = about(EXPECT_REQUIRE, rows[i].name);
		struct expectation forbid = about(EXPECT_FORBID, rows[i].name);

		g_assert_cmpint(holds(&require, rows[i].eax, rows[i].edx), ==, rows[i].require);
		g_assert_cmpint(holds(&forbid, rows[i].eax, rows[i].edx), ==, rows[i].forbid);
	}
}

static void test_without_kvm(void)
{
	struct recorded cpu;
	struct report report = { 0 };

	recorded_init(&cpu, INTEL, MISSING_TOP, TRUE);
	report.expectations[0] = about(EXPECT_REQUIRE, "PV_EOI");
	report.expectations[1] = about(EXPECT_FORBID, "PV_EOI");
	report.expectation_count = 2;
	recorded_examine(&cpu, &report, NULL);
	g_assert_false(report.expectations[0].holds);
	g_assert_true(report.expectations[1].holds);
	g_assert_cmpint(judge_status(&report), ==, 0x11);
}

static void test_verdict(void)
{
	for (int verdict = VERDICT_NONE; verdict < VERDICT_COUNT; verdict++) {
		struct expectation expectation = { .kind = EXPECT_VERDICT,
			.verdict = (enum verdict)verdict,
			.name = verdict_name((enum verdict)verdict) };

		g_assert_cmpint(holds(&expectation, 0, 0), ==, verdict == VERDICT_KVM);
	}
}

/* Bits and properties: Linux asm/kvm_para.h; QEMU target/i386/cpu.c, FEAT_KVM and FEAT_KVM_HINTS. */
static const struct {
	const char *name, *found;
	uint32_t eax, edx;
} names[] = {
	{ "KVM_FEATURE_PV_EOI", "KVM_FEATURE_PV_EOI", 1 << 6, 0 },
	{ "PV_EOI", "KVM_FEATURE_PV_EOI", 1 << 6, 0 },
	{ "pv_eoi", "KVM_FEATURE_PV_EOI", 1 << 6, 0 },
	{ "kvm_Feature_pv_EOI", "KVM_FEATURE_PV_EOI", 1 << 6, 0 },
	{ "kvm-pv-eoi", "kvm-pv-eoi", 1 << 6, 0 },
	{ "KVM-PV-EOI", "kvm-pv-eoi", 1 << 6, 0 },
	{ "kvmclock", "kvmclock", 1 << 0 | 1 << 3, 0 },
	{ "KVMCLOCK", "kvmclock", 1 << 0 | 1 << 3, 0 },
	{ "CLOCKSOURCE", "KVM_FEATURE_CLOCKSOURCE", 1 << 0, 0 },
	{ "CLOCKSOURCE2", "KVM_FEATURE_CLOCKSOURCE2", 1 << 3, 0 },
	{ "kvmclock-stable-bit", "kvmclock-stable-bit", 1 << 24, 0 },
	{ "CLOCKSOURCE_STABLE_BIT", "KVM_FEATURE_CLOCKSOURCE_STABLE_BIT", 1 << 24, 0 },
	{ "ASYNC_PF", "KVM_FEATURE_ASYNC_PF", 1 << 4, 0 },
	{ "kvm-asyncpf-vmexit", "kvm-asyncpf-vmexit", 1 << 10, 0 },
	{ "kvm-asyncpf-int", "kvm-asyncpf-int", 1 << 14, 0 },
	{ "kvm-nopiodelay", "kvm-nopiodelay", 1 << 1, 0 },
	{ "kvm-mmu", "kvm-mmu", 1 << 2, 0 },
	{ "kvm-asyncpf", "kvm-asyncpf", 1 << 4, 0 },
	{ "kvm-steal-time", "kvm-steal-time", 1 << 5, 0 },
	{ "kvm-pv-unhalt", "kvm-pv-unhalt", 1 << 7, 0 },
	{ "kvm-pv-tlb-flush", "kvm-pv-tlb-flush", 1 << 9, 0 },
	{ "kvm-pv-ipi", "kvm-pv-ipi", 1 << 11, 0 },
	{ "kvm-poll-control", "kvm-poll-control", 1 << 12, 0 },
	{ "kvm-pv-sched-yield", "kvm-pv-sched-yield", 1 << 13, 0 },
	{ "kvm-msi-ext-dest-id", "kvm-msi-ext-dest-id", 1 << 15, 0 },
	{ "HC_MAP_GPA_RANGE", "KVM_FEATURE_HC_MAP_GPA_RANGE", 1 << 16, 0 },
	{ "MIGRATION_CONTROL", "KVM_FEATURE_MIGRATION_CONTROL", 1 << 17, 0 },
	{ "KVM_HINTS_REALTIME", "KVM_HINTS_REALTIME", 0, 1 << 0 },
	{ "realtime", "KVM_HINTS_REALTIME", 0, 1 << 0 },
	{ "kvm-hint-dedicated", "kvm-hint-dedicated", 0, 1 << 0 },
};

static void test_names(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		/* Characters behind the length do not belong to the name. */
		g_autofree char *list = g_strconcat(names[i].name, ",STEAL_TIME", NULL);
		uint32_t eax = 0x5555, edx = 0x5555;

		g_assert_cmpstr(kvm_bits_by_name(list, strlen(names[i].name), &eax, &edx), ==, names[i].found);
		g_assert_cmphex(eax, ==, names[i].eax);
		g_assert_cmphex(edx, ==, names[i].edx);
	}
}

static void test_unknown_names(void)
{
	static const char *const unknown[] = { "", "KVM_FEATURE_", "KVM_HINTS_", "KVM_FEATURE_REALTIME",
		"KVM_HINTS_PV_EOI", "FEATURE_PV_EOI", "PV_EO", "PV_EOI2", "kvm-pv-eo", "kvm_pv_eoi ", " PV_EOI", "8",
		"kvm", "pv-eoi", "KVM_FEATURE_CLOCK", "clock", "-", "_", "kvm-pv-eoi,", "PV_EOI\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(unknown); i++) {
		uint32_t eax, edx;

		g_assert_null(kvm_bits_by_name(unknown[i], strlen(unknown[i]), &eax, &edx));
	}
	/* A NUL within the length is not the end of a name. */
	g_assert_null(kvm_bits_by_name("PV_EOI\0", 7, &(uint32_t){ 0 }, &(uint32_t){ 0 }));
	g_assert_null(kvm_bits_by_name("PV_EOI\0\0", 8, &(uint32_t){ 0 }, &(uint32_t){ 0 }));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/expectations/require-and-forbid", test_require_and_forbid);
	g_test_add_func("/expectations/without-kvm", test_without_kvm);
	g_test_add_func("/expectations/verdict", test_verdict);
	g_test_add_func("/expectations/names", test_names);
	g_test_add_func("/expectations/unknown-names", test_unknown_names);
	return g_test_run();
}
