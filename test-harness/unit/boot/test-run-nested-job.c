/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside a nested host: the cases that lie beside the program are run on this host's KVM. */
#include <glib/gstdio.h>
#include <string.h>

#include "cases/case_keys.h"
#include "cases/resolved_cases.h"
#include "unit/fake/fake_run.h"

static void job_init(struct fake_run *run)
{
	fake_init(run);
	fake_write(run, "job/x86_64/kvmleaf.efi", "", 0);
	fake_copy(run, "CODE.fd", "job/firmware/CODE.fd");
	fake_copy(run, "VARS.fd", "job/firmware/VARS.fd");
}

static struct boot_case *add_case(GPtrArray *cases, const char *name, const char *arguments)
{
	struct boot_case *boot_case = case_new(name);

	g_assert_true(case_set_key(boot_case, "accel", "kvm", NULL));
	g_assert_true(case_set_key(boot_case, "cpu", "host", NULL));
	g_assert_true(case_set_key(boot_case, "start", "cold", NULL));
	g_assert_true(case_set_key(boot_case, "arguments", arguments, NULL));
	g_ptr_array_add(cases, boot_case);
	return boot_case;
}

static GPtrArray *no_cases(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
}

static void write_cases(const struct fake_run *run, const GPtrArray *cases)
{
	g_autofree char *text = resolved_cases_write(cases, NULL);

	fake_write(run, "job/cases.json", text, -1);
}

/* Guests would be run with the timer's spacing of a nested host, and this machine's KVM would be changed for it. */
static gboolean is_harmless(void)
{
	if (fake_would_space_ticks())
		g_test_skip("this machine has KVM of its own");
	return !fake_would_space_ticks();
}

/* Results as TAP, in the order of the cases; that the program lives is said too; no summary, which comes outside. */
static void test_cases(void)
{
	g_autoptr(GPtrArray) cases = no_cases();
	struct fake_run run;

	if (!is_harmless())
		return;
	job_init(&run);
	(void)add_case(cases, "z-good", "fake=no-words");
	(void)add_case(cases, "a-bad", "fake=abort");
	write_cases(&run, cases);
	fake_run_nested_job(&run, "--timeout=60");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "1..2\n");
	fake_assert_said(&run, "ok 1 - z-good");
	fake_assert_said(&run, "not ok 2 - a-bad\n# QEMU was killed by signal 6");
	fake_assert_said(&run, "# alive\n");
	g_assert_null(strstr(run.errors->str, "passed"));
	fake_assert_file(&run, "out/z-good/command", "'-accel' 'kvm'");
	fake_assert_file(&run, "out/z-good/report.json", "kvmleaf/1");
	g_assert_true(fake_exists(&run, "out/z-good/kvm-parameters"));
	/* Neither QEMU's version nor its names are asked for: that was done outside. */
	g_assert_cmpuint(fake_started(&run, "-machine none"), ==, 0);
	g_assert_cmpuint(fake_started(&run, ""), ==, 2);
	fake_run_nested_job(&run, "--timeout=60 --require-kvm");
	fake_assert_said(&run, "not ok 1 - z-good # not compared with QEMU's feature words");
	fake_assert_said(&run, "# no answer from QEMU's feature words");
	fake_clear(&run);
}

/* The job of one boot: its console, and then the report. */
static void test_console(void)
{
	g_autoptr(GPtrArray) cases = no_cases();
	struct fake_run run;

	if (!is_harmless())
		return;
	job_init(&run);
	(void)add_case(cases, "boot", "--quiet");
	write_cases(&run, cases);
	fake_run_nested_job(&run, "--console");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "KVMLEAF-BEGIN version=0.1.0 source=cpu\n");
	fake_assert_said(&run, "The report, read back from the variable store (");
	fake_assert_not_said(&run, "1..1");
	g_assert_null(strstr(run.errors->str, "Booting"));
	fake_clear(&run);
}

/* Guests are captured outside, and lie in the folder "captured" by their number of vCPUs and their store. */
static void test_captured(void)
{
	static const char *const parts[] = { "ram", "stream", "store" };
	g_autoptr(GPtrArray) cases = no_cases();
	struct boot_case *boot_case;
	struct fake_run run;

	if (!is_harmless())
		return;
	job_init(&run);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *name = g_build_filename("job/captured/1-memory", parts[i], NULL);

		fake_copy(&run, "VARS.fd", name);
	}
	boot_case = add_case(cases, "a", "fake=stores");
	boot_case->cold = FALSE;
	write_cases(&run, cases);
	fake_run_nested_job(&run, "");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "/job/captured/1-memory/ram,share=off"), ==, 1);
	g_assert_cmpuint(fake_started(&run, "/ram,share=on"), ==, 0);
	fake_run_nested_job(&run, "--cold");
	g_assert_cmpuint(fake_started(&run, "-incoming"), ==, 0);
	fake_clear(&run);
}

static void test_no_cases(void)
{
	struct fake_run run;

	job_init(&run);
	fake_run_nested_job(&run, "");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_why(&run, "/job/cases.json");
	fake_write(&run, "job/cases.json", "[]", -1);
	fake_run_nested_job(&run, "");
	fake_assert_status(&run, BOOT_USAGE);
	fake_assert_why(&run, "/job/cases.json: there is no case in it");
	fake_write(&run, "job/cases.json", "nonsense", -1);
	fake_run_nested_job(&run, "");
	fake_assert_status(&run, BOOT_USAGE);
	fake_assert_why(&run, "resolved cases: expected a JSON array: ");
	fake_assert_not_said(&run, "alive");
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/run-nested-job/cases", test_cases);
	g_test_add_func("/run-nested-job/console", test_console);
	g_test_add_func("/run-nested-job/captured", test_captured);
	g_test_add_func("/run-nested-job/no-cases", test_no_cases);
	return g_test_run();
}
