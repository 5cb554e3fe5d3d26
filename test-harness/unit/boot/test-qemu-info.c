/* SPDX-License-Identifier: BSD-2-Clause */
/* What a QEMU says that it knows, and names in cases that it does not know. */
#include "qemu/qemu_info.h"

#include <signal.h>
#include <string.h>

#include "cases/case_names.h"
#include "unit/fake/fake_run.h"

/* Old names have underscores, and there are four ways to write a property (QEMU target/i386/cpu.c,
 * x86_cpu_parse_featurestr).
 */
static const struct {
	const char *machine, *cpu;
	const char *skip;  /* the reason of the skip, where only another version of QEMU knows the name */
	const char *wrong; /* the complaint, where no version of QEMU knows the name */
} names[] = {
	{ "q35", "host", NULL, NULL },
	{ "pc", "qemu64,+kvmclock,-kvm-pv-eoi,kvm-pv-enforce-cpuid=on,hypervisor", NULL, NULL },
	{ "pc-q35-99.0,hpet=on", "max,kvm_pv_eoi=off,+kvm_pv_eoi", NULL, NULL },
	{ "q35", "max,-kvm-pv-ipi", "QEMU 99.0.0 has no property kvm-pv-ipi", NULL },
	{ "q35", "max,kvm_pv_ipi=on", "QEMU 99.0.0 has no property kvm-pv-ipi", NULL },
	{ "pc-i440fx-2.4", "max", "QEMU 99.0.0 has no machine pc-i440fx-2.4", NULL },
	{ "pc-q35-2.4", "max,-kvm-pv-ipi", "QEMU 99.0.0 has no machine pc-q35-2.4", NULL },
	{ "pc-next", "max", NULL, "[x] machine =: QEMU 99.0.0 has no \"pc-next\"" },
	{ "microvm", "max", NULL, "[x] machine =: QEMU 99.0.0 has no \"microvm\"" },
	{ "", "max", NULL, "[x] machine =: QEMU 99.0.0 has no \"\"" },
	{ "q35", "EPYC-Typo,-kvmclock", NULL, "[x] cpu =: QEMU 99.0.0 has no \"EPYC-Typo\"" },
	{ "q35", "", NULL, "[x] cpu =: QEMU 99.0.0 has no \"\"" },
	{ "q35", "max,", NULL, "[x] cpu =: QEMU 99.0.0 has no \"\"" },
	{ "q35", "max,+kvm-clock", NULL, "[x] cpu =: QEMU 99.0.0 has no \"kvm-clock\"" },
	{ "q35", "max,host", NULL, "[x] cpu =: QEMU 99.0.0 has no \"host\"" },
};

static void check(const struct qemu_info *info, size_t i, const char *origin)
{
	struct boot_case *boot_case = case_new("x");
	GError *error = NULL;
	gboolean good;

	g_free(boot_case->machine);
	boot_case->machine = g_strdup(names[i].machine);
	boot_case->cpu = g_strdup(names[i].cpu);
	boot_case->origin = g_strdup(origin);
	good = case_names_check(info, boot_case, &error);
	g_assert_cmpint(good, ==, names[i].wrong == NULL);
	g_assert_cmpstr(boot_case->skip, ==, names[i].skip);
	if (!good) {
		g_autofree char *expected = g_strdup_printf("%s: %s", origin ?: "command line", names[i].wrong);

		g_assert_error(error, BOOT_ERROR, BOOT_USAGE);
		g_assert_cmpstr(error->message, ==, expected);
		g_error_free(error);
	}
	case_free(boot_case);
}

static void test_names(void)
{
	struct qemu_info *info = qemu_info_get(FAKE_QEMU, NULL);
	g_auto(GStrv) unknown = NULL;

	g_assert_nonnull(info);
	g_assert_cmpstr(info->version, ==, "99.0.0");
	g_assert_true(g_hash_table_contains(info->machines, "pc-q35-99.0"));
	g_assert_true(g_hash_table_contains(info->machines, "q35"));
	g_assert_true(g_hash_table_contains(info->models, "qemu64"));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		check(info, i, NULL);
		check(info, i, "x.ini:7");
	}
	unknown = qemu_info_unknown(info);
	g_assert_true(g_strv_contains((const char *const *)unknown, "kvm-pv-ipi"));
	g_assert_true(g_strv_contains((const char *const *)unknown, "kvm-hint-dedicated"));
	g_assert_false(g_strv_contains((const char *const *)unknown, "kvmclock"));
	g_assert_false(g_strv_contains((const char *const *)unknown, "kvm-pv-eoi"));
	g_assert_false(g_strv_contains((const char *const *)unknown, ""));
	qemu_info_free(info);
	qemu_info_free(NULL);
}

/* A case that is skipped for another reason already keeps this reason. */
static void test_first_skip(void)
{
	struct qemu_info *info = qemu_info_get(FAKE_QEMU, NULL);
	struct boot_case *boot_case = case_new("x");

	boot_case->cpu = g_strdup("max,-kvm-pv-ipi");
	boot_case->skip = g_strdup("no firmware");
	g_assert_true(case_names_check(info, boot_case, NULL));
	g_assert_cmpstr(boot_case->skip, ==, "no firmware");
	case_free(boot_case);
	qemu_info_free(info);
}

static void test_no_answers(void)
{
	GError *error = NULL;

	g_setenv("FAKE", "no-type", TRUE);
	g_assert_null(qemu_info_get(FAKE_QEMU, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_FAILED);
	g_assert_cmpstr(error->message, ==, "QEMU refuses qom-list-properties: fake: no qom-list-properties");
	g_clear_error(&error);
	g_setenv("FAKE", "refuse", TRUE);
	g_assert_null(qemu_info_get(FAKE_QEMU, &error));
	g_assert_cmpstr(error->message, ==, "QEMU closed its QMP socket");
	g_clear_error(&error);
	g_unsetenv("FAKE");
	g_assert_null(qemu_info_get("/nonexistent/qemu", &error));
	g_assert_nonnull(strstr(error->message, "/nonexistent/qemu"));
	g_error_free(error);
}

int main(int argc, char **argv)
{
	(void)signal(SIGPIPE, SIG_IGN);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/qemu-info/names", test_names);
	g_test_add_func("/qemu-info/first-skip", test_first_skip);
	g_test_add_func("/qemu-info/no-answers", test_no_answers);
	return g_test_run();
}
