/* SPDX-License-Identifier: BSD-2-Clause */
/* A job for a nested host: what it takes along, what comes back, and a host that comes up at the second attempt. */
#include "unit/fake/fake_run.h"
#include "base/process.h"

#define NO_RESULTS "the nested host ended without results; its messages are in "

/* What "tar" with these options says of an archive in the test's folder. */
static char *tar(const struct fake_run *run, const char *options, const char *name, const char *member)
{
	g_autofree char *path = fake_path(run, name);
	const char *command[] = { "tar", options, path, member, NULL };
	GError *error = NULL;
	char *output = process_output(command, 60, &error);

	g_assert_no_error(error);
	return output;
}

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

static void test_one_boot(void)
{
	g_autofree char *script = NULL, *list = NULL, *program = NULL;
	struct fake_run run;

	job_init(&run, "1\n", "KVMLEAF-BEGIN x\n# alive\nKVMLEAF-END y\n");
	fake_start(&run, "--accel=nested --cold --timeout=9 --cpu=host,-kvmclock --require=PV_EOI --forbid=PV_SEND_IPI "
			 "-- --quiet it's");
	fake_assert_status(&run, BOOT_FAILED); /* the status that was left */
	g_assert_no_error(run.error);
	g_assert_cmpstr(run.said->str, ==, "KVMLEAF-BEGIN x\nKVMLEAF-END y\n");
	g_assert_cmpstr(run.errors->str, ==, "Booting kvmleaf on real KVM inside the nested host.\n");
	fake_assert_file(&run, "out/boot/report.json", "of the nested host");
	g_assert_false(fake_exists(&run, "out/status"));
	g_assert_false(fake_exists(&run, "out/job.tar"));
	g_assert_false(fake_exists(&run, "out/job"));
	script = tar(&run, "-xOf", "jobs/out.tar", "./run");
	g_assert_cmpstr(script, ==,
		"export KVMLEAF_NESTED_HOST=1 LC_ALL=C.UTF-8\n"
		"exec ./kvmleaf-boot --accel kvm --out out --captured captured "
		"--firmware firmware/CODE.fd:firmware/VARS.fd '--timeout=9' '--smp=1' '--cpu=host,-kvmclock' "
		"'--machine=q35' "
		"'--require=PV_EOI' '--forbid=PV_SEND_IPI' '--cold' '--' '--quiet' 'it'\\''s'\n");
	program = tar(&run, "-xOf", "jobs/out.tar", "./kvmleaf-boot");
	g_assert_cmpstr(program, ==, "home/kvmleaf-boot");
	list = tar(&run, "-tf", "jobs/out.tar", NULL);
	g_assert_nonnull(strstr(list, "./x86_64/kvmleaf.efi\n"));
	g_assert_nonnull(strstr(list, "./x86_64/launcher.efi\n"));
	g_assert_nonnull(strstr(list, "./firmware/CODE.fd\n"));
	g_assert_nonnull(strstr(list, "./firmware/VARS.fd\n"));
	g_assert_null(strstr(list, "captured"));
	g_assert_null(strstr(list, "images"));
	fake_clear(&run);
}

/* What can be restored there takes captured guests along, up to its number of vCPUs. */
static void test_captured(void)
{
	static const char *const parts[] = { "1/ram", "1/stream", "1/vars", "2/ram", "2/stream", "2/vars" };
	g_autofree char *list = NULL, *script = NULL;
	struct fake_run run;

	job_init(&run, "0", "");
	fake_start(&run, "--accel=nested --smp=2");
	fake_assert_status(&run, BOOT_PASS);
	list = tar(&run, "-tf", "jobs/out.tar", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *line = g_strdup_printf("./captured/%s\n", parts[i]);

		g_assert_nonnull(strstr(list, line));
	}
	g_assert_null(strstr(list, "captured/4"));
	script = tar(&run, "-xOf", "jobs/out.tar", "./run");
	g_assert_nonnull(strstr(script, "'--smp=2' '--cpu=host' '--machine=q35' '--'\n"));
	fake_clear(&run);
}

static void test_disk(void)
{
	g_autofree char *disk = NULL, *script = NULL;
	struct fake_run run;

	job_init(&run, "0", "");
	fake_write(&run, "x.img", "a disk", -1);
	fake_start(&run, "--accel=nested --disk=@/x.img --machine=pc");
	fake_assert_status(&run, BOOT_PASS);
	disk = tar(&run, "-xOf", "jobs/out.tar", "./disk.img");
	g_assert_cmpstr(disk, ==, "a disk");
	script = tar(&run, "-xOf", "jobs/out.tar", "./run");
	g_assert_nonnull(strstr(script, "firmware/VARS.fd --disk disk.img '--timeout=120' '--smp=1' '--cpu=host' "
					"'--machine=pc' '--'\n"));
	fake_clear(&run);
}

/* A case's own app, and its images. */
static void test_other_apps(void)
{
	g_autofree char *list = NULL;
	struct fake_run run;

	job_init(&run, "0", "1..2\nok 1 - a\nok 2 - b\n");
	fake_case(&run, "a", "kvm", "start = cold\napp = mutants/x.efi");
	fake_case(&run, "b", "kvm", "disk = kvmleaf.iso");
	fake_write(&run, "x86_64/mutants/x.efi", "", 0);
	fake_run_cases(&run, "--accel=nested --case=*");
	fake_assert_status(&run, BOOT_PASS);
	list = tar(&run, "-tf", "jobs/nested-host-1.tar", NULL);
	g_assert_nonnull(strstr(list, "./x86_64/mutants/x.efi\n"));
	g_assert_nonnull(strstr(list, "./images/kvmleaf.iso\n"));
	g_assert_nonnull(strstr(list, "./cases/a.ini\n"));
	g_assert_null(strstr(list, "captured"));
	fake_clear(&run);
}

static void test_no_results(void)
{
	struct fake_run run;

	job_init(&run, "", "");
	fake_start(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_SETUP);
	g_assert_error(run.error, BOOT_ERROR, BOOT_FAILED);
	fake_assert_why(&run, NO_RESULTS);
	fake_write(&run, "hosts/2-dies", "KVMLEAF-BEGIN x\n", -1);
	fake_start(&run, "--accel=nested --cold");
	g_assert_error(run.error, BOOT_ERROR, BOOT_FAILED);
	fake_assert_why(&run, NO_RESULTS);
	fake_assert_said(&run, "KVMLEAF-BEGIN x\n");
	fake_clear(&run);
}

/* What the job needs and is not there. */
static void test_no_program(void)
{
	struct fake_run run;

	job_init(&run, "0", "");
	fake_remove(&run, "home/kvmleaf-boot");
	fake_start(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_why(&run, "cp: ");
	g_assert_cmpuint(fake_started(&run, "-kernel"), ==, 0);
	g_assert_false(fake_exists(&run, "out/job"));
	fake_clear(&run);
}

/* A host whose kernel does not trust its clock ends by itself, and another is made; what was made serves again. */
static void test_second_attempt(void)
{
	g_autofree char *unready = NULL;
	struct fake_run run;

	job_init(&run, "0", "");
	unready = fake_path(&run, "unready");
	fake_write(&run, "unready", "", 0);
	fake_write(&run, "hosts/2-ends", "", 0);
	g_setenv("FAKE_UNREADY", unready, TRUE);
	fake_start(&run, "--accel=nested --cold");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(fake_started(&run, "share=on"), ==, 2);
	g_assert_cmpuint(fake_started(&run, "-cpu EPYC,+svm,+npt"), ==, 3);
	fake_start(&run, "--accel=nested --cold");
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
	g_test_add_func("/nested-job/no-program", test_no_program);
	g_test_add_func("/nested-job/second-attempt", test_second_attempt);
	return g_test_run();
}
