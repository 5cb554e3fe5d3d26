/* SPDX-License-Identifier: BSD-2-Clause */
/* The job of a nested host: the files that go in, the results that come back, and a host that starts only at the
 * second attempt. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/process.h"
#include "unit/fake/fake_run.h"

#define NO_RESULTS "the nested host ended without results; its messages are in "

static void job_init(struct fake_run *run, const char *status, const char *words)
{
	g_autofree char *results = NULL, *left = NULL, *hosts = NULL, *jobs = NULL;
	const char *pack[] = { "tar", "-cf", NULL, "-C", NULL, ".", NULL };

	fake_init(run);
	results = fake_path(run, "results.tar");
	left = fake_path(run, "left");
	hosts = fake_path(run, "hosts");
	jobs = fake_path(run, "jobs");
	fake_write(run, "left/status", status, -1);
	fake_write(run, "left/boot/report.json", "of the nested host", -1);
	fake_write(run, "hosts/1-ends", words, -1);
	g_assert_cmpint(g_mkdir(jobs, 0755), ==, 0);
	pack[2] = results;
	pack[4] = left;
	g_assert_true(process_run(pack, 60, NULL));
	g_setenv("FAKE_RESULTS", results, TRUE);
	g_setenv("FAKE_HOST", hosts, TRUE);
	g_setenv("FAKE_JOBS", jobs, TRUE);
	g_unsetenv("FAKE_UNREADY");
}

static void assert_member(const json_t *object, const char *name, const char *value)
{
	g_assert_cmpstr(json_string_value(json_object_get(object, name)), ==, value);
}

/* The first number, for EAX, of a member that has the two of EAX and EDX. */
static json_int_t first_word(const json_t *object, const char *name)
{
	return json_integer_value(json_array_get(json_object_get(object, name), 0));
}

static void test_one_boot(void)
{
	g_autofree char *script = NULL, *list = NULL, *program = NULL;
	json_t *cases, *boot;
	struct fake_run run;

	job_init(&run, "1\n", "KVMLEAF-BEGIN x\n# alive\nKVMLEAF-END y\n");
	fake_run_boot(&run,
		"--accel=nested --cold --timeout=9 --cpu=host,-kvmclock --require=PV_EOI --forbid=PV_SEND_IPI "
		"-- --quiet it's");
	fake_assert_status(&run, BOOT_FAILED); /* the status among the results */
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.said->str, ==, "KVMLEAF-BEGIN x\nKVMLEAF-END y\n");
	g_assert_cmpstr(run.errors->str, ==, "Booting kvmleaf on real KVM inside the nested host.\n");
	fake_assert_file(&run, "out/boot/report.json", "of the nested host");
	g_assert_false(fake_exists(&run, "out/status"));
	g_assert_false(fake_exists(&run, "out/job.tar") || fake_exists(&run, "out/job"));
	script = fake_job_file(&run, "out", "run");
	g_assert_cmpstr(script, ==,
		"export LC_ALL=C.UTF-8\n"
		"exec ./kvmleaf-boot nested-job '--timeout=9' '--cold' --console\n");
	fake_assert_job_cases(&run, "out", "boot");
	cases = fake_job_cases(&run, "out");
	boot = json_array_get(cases, 0);
	assert_member(boot, "cpu", "host,-kvmclock");
	assert_member(boot, "machine", "q35");
	assert_member(boot, "arguments", "--forbid=PV_SEND_IPI --require=PV_EOI --quiet it's");
	g_assert_true(json_is_true(json_object_get(boot, "required")));
	/* KVM_FEATURE_PV_EOI is bit 6, KVM_FEATURE_PV_SEND_IPI bit 11: Linux' Documentation/virt/kvm/x86/cpuid.rst. */
	g_assert_cmpint(first_word(boot, "set"), ==, 1 << 6);
	g_assert_cmpint(first_word(boot, "clear"), ==, 1 << 11);
	json_decref(cases);
	program = fake_job_file(&run, "out", "kvmleaf-boot");
	g_assert_cmpstr(program, ==, "home/kvmleaf-boot");
	list = fake_job_list(&run, "out");
	g_assert_nonnull(strstr(list, "./x86_64/kvmleaf.efi\n"));
	g_assert_nonnull(strstr(list, "./x86_64/launcher.efi\n"));
	g_assert_nonnull(strstr(list, "./firmware/CODE.fd\n"));
	g_assert_nonnull(strstr(list, "./firmware/VARS.fd\n"));
	g_assert_null(strstr(list, "captured"));
	g_assert_null(strstr(list, "images"));
	fake_clear(&run);
}

/* The job of a case that can be restored has its captured guest too. */
static void test_captured(void)
{
	static const char *const parts[] = { "2-flash/ram", "2-flash/stream", "2-flash/store" };
	g_autofree char *list = NULL;
	struct fake_run run;

	job_init(&run, "0", "");
	fake_run_boot(&run, "--accel=nested --smp=2");
	fake_assert_status(&run, BOOT_PASS);
	list = fake_job_list(&run, "out");
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *line = g_strdup_printf("./captured/%s\n", parts[i]);

		g_assert_nonnull(strstr(list, line));
	}
	g_assert_null(strstr(list, "captured/1"));
	fake_clear(&run);
}

/* A disk of the user's own is an image of the job. */
static void test_disk(void)
{
	g_autofree char *disk = NULL;
	struct fake_run run;
	json_t *cases;

	job_init(&run, "0", "");
	fake_write(&run, "x.img", "a disk", -1);
	fake_run_boot(&run, "--accel=nested --disk=@/x.img --machine=pc");
	fake_assert_status(&run, BOOT_PASS);
	disk = fake_job_file(&run, "out", "images/disk.img");
	g_assert_cmpstr(disk, ==, "a disk");
	cases = fake_job_cases(&run, "out");
	assert_member(json_array_get(cases, 0), "disk", "disk.img");
	assert_member(json_array_get(cases, 0), "machine", "pc");
	g_assert_true(json_is_true(json_object_get(json_array_get(cases, 0), "untold")));
	json_decref(cases);
	fake_clear(&run);
}

/* The job has the other apps and the images that its cases name; the case files stay behind. */
static void test_other_apps(void)
{
	g_autofree char *list = NULL;
	struct fake_run run;

	job_init(&run, "0", "1..2\nok 1 - a\nok 2 - b\n");
	fake_case(&run, "a", "kvm", "start = cold\napp = mutants/x.efi");
	fake_case(&run, "b", "kvm", "disk = kvmleaf.iso");
	fake_write(&run, "x86_64/mutants/x.efi", "", 0);
	fake_run_cases(&run, "--accel=nested *");
	fake_assert_status(&run, BOOT_PASS);
	list = fake_job_list(&run, "nested-host-1");
	g_assert_nonnull(strstr(list, "./x86_64/mutants/x.efi\n"));
	g_assert_nonnull(strstr(list, "./images/kvmleaf.iso\n"));
	g_assert_null(strstr(list, ".ini"));
	g_assert_null(strstr(list, "captured"));
	fake_clear(&run);
}

static void test_no_results(void)
{
	struct fake_run run;

	job_init(&run, "", "");
	fake_run_boot(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_SETUP);
	g_assert_error(run.error, BOOT_ERROR, BOOT_FAILED);
	fake_assert_why(&run, NO_RESULTS);
	fake_write(&run, "hosts/2-dies", "KVMLEAF-BEGIN x\n", -1);
	fake_run_boot(&run, "--accel=nested --cold");
	g_assert_error(run.error, BOOT_ERROR, BOOT_FAILED);
	fake_assert_why(&run, NO_RESULTS);
	fake_assert_said(&run, "KVMLEAF-BEGIN x\n");
	fake_clear(&run);
}

/* A folder of the job cannot be made: one line says which, and why. */
static void test_no_folder(void)
{
	struct fake_run run;

	job_init(&run, "0", "");
	fake_write(&run, "out/job", "in the way", -1);
	fake_run_boot(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_SETUP);
	g_assert_error(run.error, BOOT_ERROR, BOOT_SETUP);
	fake_assert_why(&run, "/out/job/x86_64: the folder cannot be made: Not a directory");
	fake_clear(&run);
}

/* A file that the job needs is missing. */
static void test_no_program(void)
{
	struct fake_run run;

	job_init(&run, "0", "");
	fake_remove(&run, "home/kvmleaf-boot");
	fake_run_boot(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_why(&run, "cp: ");
	g_assert_cmpuint(fake_started(&run, "-kernel"), ==, 0);
	g_assert_false(fake_exists(&run, "out/job"));
	fake_clear(&run);
}

/* A host whose kernel does not trust its clock ends by itself, and another is captured. The capture is used again. */
static void test_second_attempt(void)
{
	g_autofree char *unready = NULL;
	struct fake_run run;

	job_init(&run, "0", "");
	unready = fake_path(&run, "unready");
	fake_write(&run, "unready", "", 0);
	fake_write(&run, "hosts/2-ends", "", 0);
	g_setenv("FAKE_UNREADY", unready, TRUE);
	fake_run_boot(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "share=on"), ==, 2);
	g_assert_cmpuint(fake_started(&run, "-cpu EPYC,+svm,+npt"), ==, 3);
	fake_run_boot(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "share=on"), ==, 0);
	g_assert_cmpuint(fake_started(&run, "-cpu EPYC,+svm,+npt"), ==, 1);
	g_unsetenv("FAKE_UNREADY");
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nested-job/one-boot", test_one_boot);
	g_test_add_func("/nested-job/captured", test_captured);
	g_test_add_func("/nested-job/disk", test_disk);
	g_test_add_func("/nested-job/other-apps", test_other_apps);
	g_test_add_func("/nested-job/no-results", test_no_results);
	g_test_add_func("/nested-job/no-folder", test_no_folder);
	g_test_add_func("/nested-job/no-program", test_no_program);
	g_test_add_func("/nested-job/second-attempt", test_second_attempt);
	return g_test_run();
}
