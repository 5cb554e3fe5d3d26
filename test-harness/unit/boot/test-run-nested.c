/* SPDX-License-Identifier: BSD-2-Clause */
/* Nested hosts that end, die, hang, or report cases that they were not given: each case gets exactly one result. */
#include <glib/gstdio.h>
#include <string.h>

#include "unit/fake/fake_run.h"

/* What a nested host prints; the hosts come in the order of the names, whose ending says how the host ends. */
static void host_says(const struct fake_run *run, const char *name, const char *words)
{
	g_autofree char *file = g_build_filename("hosts", name, NULL);

	fake_write(run, file, words, -1);
}

/* The results of a nested host, a tar archive as test-harness/nested/init makes it: status and files of each guest. */
static void write_results(const struct fake_run *run, const char *status)
{
	g_autofree char *results = fake_path(run, "results"), *left = fake_path(run, "left");
	const char *tar[] = { "tar", "-cf", results, "-C", left, ".", NULL };
	int wait_status = -1;

	fake_write(run, "left/status", status, -1);
	fake_write(run, "left/a/report.json", "of the nested host", -1);
	g_assert_true(g_spawn_sync(
		NULL, (char **)tar, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &wait_status, NULL));
	g_assert_cmpint(wait_status, ==, 0);
	g_setenv("FAKE_RESULTS", results, TRUE);
}

static void nested_init(struct fake_run *run)
{
	static const char *const folders[] = { "hosts", "jobs" };
	static const char *const variables[] = { "FAKE_HOST", "FAKE_JOBS" };

	fake_init(run);
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autofree char *path = fake_path(run, folders[i]);

		g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
		g_setenv(variables[i], path, TRUE);
	}
	g_unsetenv("FAKE_UNREADY");
	write_results(run, "0\n");
	fake_case(run, "a", "kvm", "start = cold");
	fake_case(run, "b", "kvm", "start = cold");
	fake_case(run, "c", "kvm", "start = cold");
}

static guint hosts_restored(const struct fake_run *run)
{
	return fake_started(run, "-incoming defer");
}

static void run_nested(struct fake_run *run, const char *line)
{
	g_autofree char *all = g_strconcat("--accel=nested * --nested-silence=60 ", line, NULL);

	fake_run_cases(run, all);
}

static void test_good(void)
{
	g_autofree char *job = NULL;
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-ends", "TAP version 14\n1..3\nok 1 - a\n# alive\nnot ok 2 - b\n# why\nok 3 - c # SKIP no\n");
	run_nested(&run, "--timeout=77 --require-kvm");
	fake_assert_status(&run, BOOT_FAILED);
	g_assert_cmpstr(run.said->str, ==, "TAP version 14\n1..3\nok 1 - a\nnot ok 2 - b\n# why\nok 3 - c # SKIP no\n");
	g_assert_cmpuint(fake_started(&run, " -S"), ==, 2); /* the QEMU that is asked what it knows, and the host */
	g_assert_cmpuint(hosts_restored(&run), ==, 1);
	g_assert_cmpuint(fake_started(&run, "share=on"), ==, 1);
	fake_assert_file(&run, "out/a/report.json", "of the nested host");
	job = fake_job_file(&run, "nested-host-1", "run");
	g_assert_cmpstr(
		job, ==, "export LC_ALL=C.UTF-8\nexec ./kvmleaf-boot nested-job '--require-kvm' '--timeout=77'\n");
	fake_assert_job_cases(&run, "nested-host-1", "a b c");
	g_assert_false(fake_exists(&run, "out/nested-host-1/job.tar"));
	g_assert_false(fake_exists(&run, "out/nested-host-1/results.tar"));
	fake_clear(&run);
}

/* A host that dies at its second case: this case and the third are run in another host. */
static void test_dies_in_second(void)
{
	struct fake_run run;

	nested_init(&run);
	fake_write(&run, "out/b/report.json", "of an earlier run", -1);
	host_says(&run, "1-dies", "1..3\nok 1 - a\n");
	host_says(&run, "2-ends", "1..2\nok 1 - b\nok 2 - c\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(
		&run, "ok 1 - a\n# a nested host ended with 2 cases not run: the nested host ended without results; ");
	fake_assert_said(&run, "\nok 2 - b\nok 3 - c\n");
	g_assert_cmpuint(hosts_restored(&run), ==, 2);
	fake_assert_job_cases(&run, "nested-host-1", "b c");
	g_assert_false(fake_exists(&run, "out/b/report.json"));
	fake_clear(&run);
}

/* A case in which two hosts died has failed; the other cases go on. */
static void test_twice_on_one(void)
{
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-dies", "1..3\nok 1 - a\n");
	host_says(&run, "2-dies", "1..2\n");
	host_says(&run, "3-ends", "1..1\nok 1 - c\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "\nnot ok 2 - b\n# the nested host ended without results; its messages are in ");
	fake_assert_said(&run, "\nok 3 - c\n");
	g_assert_cmpuint(hosts_restored(&run), ==, 3);
	fake_clear(&run);
}

/* Hosts that each die at another case are each replaced. */
static void test_dies_at_each(void)
{
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-dies", "1..3\n");
	host_says(&run, "2-dies", "1..3\nok 1 - a\n");
	host_says(&run, "3-dies", "1..2\nok 1 - b\n");
	host_says(&run, "4-ends", "1..1\nok 1 - c\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_PASS);
	g_assert_cmpuint(hosts_restored(&run), ==, 4);
	fake_clear(&run);
}

/* If the program does not even begin in two hosts, every case has failed. */
static void test_never_begins(void)
{
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-dies", "sh: ./run: not found\n");
	run_nested(&run, "--nested-silence=1");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "not ok 1 - a\n# the nested host said nothing for 1 s; its messages are in ");
	fake_assert_said(&run, "\nnot ok 2 - b\n# ");
	fake_assert_said(&run, "\nnot ok 3 - c\n# ");
	g_assert_cmpuint(hosts_restored(&run), ==, 2);
	fake_clear(&run);
}

/* A result counts only once and only for a case of the job. The lines that follow another result are not kept. */
static void test_nobody_asked(void)
{
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-ends",
		"1..3\nok 1 - a\nnot ok 2 - a\n# of a\nok 3 - boot\nok 4 - b\nok 5 - c\nnot ok 6 - c\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(&run, "# a nested host reported a case that is not in its job: not ok 2 - a\n");
	fake_assert_said(&run, "# a nested host reported a case that is not in its job: ok 3 - boot\n");
	fake_assert_said(&run, "\nok 2 - b\nok 3 - c\n");
	fake_assert_not_said(&run, "# of a");
	g_assert_nonnull(strstr(run.errors->str, "3 passed, 0 failed, 0 skipped"));
	fake_clear(&run);
}

/* A host that ends well without a result for one of its cases. */
static void test_leaves_one_out(void)
{
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-ends", "1..3\nok 1 - a\nok 2 - c\n");
	host_says(&run, "2-ends", "1..1\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_FAILED);
	fake_assert_said(&run, "# a nested host ended with 1 cases not run: it gave no results for them\n");
	fake_assert_said(&run, "not ok 3 - b\n# the nested host gave no result for it\n");
	fake_clear(&run);
}

/* A host that dies after its last result: the results count, the files of its guests are lost. */
static void test_dies_at_the_end(void)
{
	struct fake_run run;

	nested_init(&run);
	host_says(&run, "1-dies", "1..3\nok 1 - a\nok 2 - b\nok 3 - c\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_PASS);
	fake_assert_said(
		&run, "ok 3 - c\n# the files that a nested host's guests left are lost: the nested host ended without");
	fake_clear(&run);
}

/* Cases are dealt out in turn to as many hosts as --jobs says, if there are enough cases. */
static void test_shared_out(void)
{
	g_autofree char *job = NULL;
	struct fake_run run;

	nested_init(&run);
	fake_case(&run, "d", "kvm", "start = cold");
	fake_case(&run, "e", "kvm", "start = cold");
	host_says(&run, "nested-host-1/1-ends", "1..3\nok 1 - a\nok 2 - c\nok 3 - e\n");
	host_says(&run, "nested-host-2/1-ends", "1..2\nok 1 - b\nok 2 - d\n");
	host_says(&run, "nested-host-2/2-ends", "1..1\n");
	host_says(&run, "nested-host-2/3-ends", "1..1\n");
	run_nested(&run, "--jobs=2 --cold --random=1 --seed=3");
	fake_assert_status(&run, BOOT_FAILED); /* random-3-0 has no result */
	fake_assert_said(&run, "1..6\n");
	job = fake_job_file(&run, "nested-host-1", "run");
	g_assert_true(g_str_has_suffix(job, " nested-job '--timeout=120' '--cold'\n"));
	fake_assert_job_cases(&run, "nested-host-1", "a c e");
	fake_assert_job_cases(&run, "nested-host-2",
		"random-3-0"); /* the last job: the case that the jobs before it left without a result */
	fake_clear(&run);
}

/*
 * Results that cannot be unpacked, as on a full disk: the archive has a file, and then a folder of the same name. This
 * test comes last, because the reason to stop stays for as long as the process lives.
 */
static void test_not_unpacked(void)
{
	g_autofree char *results = NULL, *left = NULL;
	struct fake_run run;
	int wait_status = -1;

	nested_init(&run);
	results = fake_path(&run, "results");
	left = fake_path(&run, "more");
	fake_write(&run, "more/a/report.json/x", "x", -1);
	const char *tar[] = { "tar", "-rf", results, "-C", left, "./a/report.json/x", NULL };
	g_assert_true(g_spawn_sync(
		NULL, (char **)tar, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &wait_status, NULL));
	g_assert_cmpint(wait_status, ==, 0);
	host_says(&run, "1-ends", "1..3\nok 1 - a\nok 2 - b\nok 3 - c\n");
	run_nested(&run, "");
	fake_assert_status(&run, BOOT_SETUP);
	fake_assert_said(&run, "ok 3 - c\n# the files that a nested host's guests left are lost: tar: ");
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nested/good", test_good);
	g_test_add_func("/nested/dies-in-second", test_dies_in_second);
	g_test_add_func("/nested/twice-on-one", test_twice_on_one);
	g_test_add_func("/nested/dies-at-each", test_dies_at_each);
	g_test_add_func("/nested/never-begins", test_never_begins);
	g_test_add_func("/nested/nobody-asked", test_nobody_asked);
	g_test_add_func("/nested/leaves-one-out", test_leaves_one_out);
	g_test_add_func("/nested/dies-at-the-end", test_dies_at_the_end);
	g_test_add_func("/nested/shared-out", test_shared_out);
	g_test_add_func("/nested/not-unpacked", test_not_unpacked);
	return g_test_run();
}
