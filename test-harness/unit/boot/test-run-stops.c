/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ends a run before its last case. A process keeps its first reason to stop, so each run has a process of
 * its own, which writes to standard error what the run has printed, its status, and why it ended.
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

#include "unit/fake/fake_run.h"

typedef void run_fn(struct fake_run *run);

/* Prints what came of the run, for the parent process. */
static void tell(const struct fake_run *run)
{
	g_printerr("%s%sstatus %d: %s\n", run->said->str, run->errors->str, run->status, fake_why(run));
}

/* Runs the function in a process of its own and returns TRUE; returns FALSE in that process, whose test is to return at
 * once. */
static gboolean apart(run_fn *how)
{
	struct fake_run run;

	if (!g_test_subprocess()) {
		g_test_trap_subprocess(NULL, 100 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
		g_test_trap_assert_passed();
		return TRUE;
	}
	fake_init(&run);
	how(&run);
	tell(&run);
	fake_clear(&run);
	return FALSE;
}

static void run_fail_fast(struct fake_run *run)
{
	fake_case(run, "a", "tcg", "start = cold");
	fake_case(run, "b", "tcg", "start = cold\nverdict = kvm");
	fake_case(run, "c", "tcg", "start = cold");
	fake_run_cases(run, "* --jobs=1 --fail-fast");
}

static void test_fail_fast(void)
{
	if (!apart(run_fail_fast))
		return;
	g_test_trap_assert_stderr("*1..3\nok 1 - a\nnot ok 2 - b\n*Bail out! b failed, and --fail-fast was given\n*");
	g_test_trap_assert_stderr("*1 passed, 1 failed, 0 skipped*not run: 1 of 3\n*status 1: *");
	g_test_trap_assert_stderr_unmatched("*3 - c*");
}

/* One guest's folder cannot be made. This is a set-up error, which ends the run, since it would happen to the other
 * cases too. */
static void run_no_folder(struct fake_run *run)
{
	fake_case(run, "a", "tcg", "start = cold");
	fake_case(run, "b", "tcg", "start = cold");
	fake_write(run, "out/a", "in the way", -1);
	fake_run_cases(run, "* --jobs=1");
}

static void test_no_folder(void)
{
	if (!apart(run_no_folder))
		return;
	g_test_trap_assert_stderr("*not ok 1 - a # set-up error\n# */out/a: the folder cannot be made: Not a dir*\n"
				  "Bail out! a could not be tried: */out/a: the folder cannot be made: *");
	g_test_trap_assert_stderr("*error: a: *status 3: *");
	g_test_trap_assert_stderr_unmatched("*2 - b*");
}

/* Limits the size of files. Only the soft limit is changed, so that it can be raised again. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &limit), ==, 0);
	limit.rlim_cur = bytes;
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
}

/*
 * A full disk, simulated by the limit for a file's size. QEMU does not report it, so the harness checks the room when a
 * guest has failed.
 */
static void run_full_folder(struct fake_run *run)
{
	(void)signal(SIGXFSZ, SIG_IGN);
	fake_case(run, "a", "tcg", "start = cold\nstore = none");
	fake_case(run, "b", "tcg", "start = cold\nstore = none\narguments = fake=no-report fake=returns");
	fake_run_cases(run, "a"); /* fills the cache */
	g_assert_cmpint(run->status, ==, BOOT_PASS);
	limit_files(4000);
	fake_case(run, "c", "tcg", "start = cold\nstore = none\narguments = fake=abort");
	fake_run_cases(run, "b c --jobs=1");
}

static void test_full_folder(void)
{
	if (!apart(run_full_folder))
		return;
	g_test_trap_assert_stderr("*not ok 1 - b\n*not ok 2 - c # set-up error\n# */out/c/room: File too large\n*");
	g_test_trap_assert_stderr("*status 3: *");
}

/* A QEMU that answers what it knows and then is removed, so that no guest can be started. */
static void run_gone(struct fake_run *run)
{
	g_autofree char *qemu = fake_path(run, "qemu"), *line = NULL;
	g_autofree char *here = g_canonicalize_filename(FAKE_QEMU, NULL);
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\ncase $* in *none*) rm '%s' ;; esac\nexec '%s' \"$@\"\n", qemu, here);

	fake_write(run, "qemu", script, -1);
	g_assert_cmpint(g_chmod(qemu, 0755), ==, 0);
	fake_case(run, "a", "tcg", "start = cold");
	fake_case(run, "b", "tcg", "start = cold");
	line = g_strdup_printf("* --jobs=1 --qemu=%s", qemu);
	fake_run_cases(run, line);
}

static void test_gone(void)
{
	if (!apart(run_gone))
		return;
	g_test_trap_assert_stderr(
		"*not ok 1 - a # set-up error\n# Failed to execute child process*/qemu*\nBail out! *");
	g_test_trap_assert_stderr("*not run: 1 of 2\n*status 3: *");
}

static void run_deadline(struct fake_run *run)
{
	fake_case(run, "a", "tcg", "start = cold");
	fake_case(run, "b", "tcg", "start = cold\narguments = fake=hang");
	fake_case(run, "c", "tcg", "start = cold");
	fake_run_cases(run, "b c --jobs=1 --timeout=100 --deadline=2");
}

/* A guest that is ended by the run's deadline has no result. */
static void test_deadline(void)
{
	if (!apart(run_deadline))
		return;
	g_test_trap_assert_stderr("*1..2\nBail out! the run did not end within its deadline of 2 s\n*");
	g_test_trap_assert_stderr("*0 passed, 0 failed, 0 skipped*not run: 2 of 2\n*status 1: the run did not end*");
}

/* A JUnit file that can be written when the run begins, and no longer when the first result comes. */
static void run_junit(struct fake_run *run)
{
	(void)signal(SIGXFSZ, SIG_IGN);
	fake_case(run, "a", "tcg", "firmware = i386\nstart = cold");
	fake_case(run, "b", "kvm", "start = cold");
	fake_case(run, "c", "tcg", "start = cold");
	fake_run_cases(run, "c"); /* fills the cache */
	limit_files(300);
	fake_run_cases(run, "b c --jobs=1 --junit=@/results.xml");
}

static void test_junit(void)
{
	if (!apart(run_junit))
		return;
	g_test_trap_assert_stderr("*ok 1 - b # SKIP needs KVM*Bail out! */results.xml*");
	g_test_trap_assert_stderr("*not run: 1 of 2\n*status 3: */results.xml*");
}

static void nested_words(struct fake_run *run, const char *words, const char *line)
{
	g_autofree char *hosts = fake_path(run, "hosts"), *all = NULL;

	fake_write(run, "hosts", words, -1);
	g_setenv("FAKE_HOST", hosts, TRUE);
	fake_case(run, "a", "kvm", "start = cold");
	fake_case(run, "b", "kvm", "start = cold");
	all = g_strconcat("--accel=nested * ", line, NULL);
	fake_run_cases(run, all);
}

static void run_nested_error(struct fake_run *run)
{
	nested_words(run, "1..2\nnot ok 1 - a # set-up error\n# no room\n", "");
}

/* A set-up error inside the nested host ends the run at once, since it would happen to the next case too. */
static void test_nested_error(void)
{
	if (!apart(run_nested_error))
		return;
	g_test_trap_assert_stderr(
		"*not ok 1 - a # set-up error\n*Bail out! a could not be tried: the nested host says so\n*");
	g_test_trap_assert_stderr("*not run: 1 of 2\n*status 3: *");
}

static void run_nested_fail_fast(struct fake_run *run)
{
	nested_words(run, "1..2\nnot ok 1 - a\n", "--fail-fast");
}

static void test_nested_fail_fast(void)
{
	if (!apart(run_nested_fail_fast))
		return;
	g_test_trap_assert_stderr("*not ok 1 - a\n*Bail out! a failed, and --fail-fast was given\n*status 1: *");
}

static void run_not_built(struct fake_run *run)
{
	fake_remove(run, "nested");
	nested_words(run, "", "");
}

static void test_not_built(void)
{
	if (!apart(run_not_built))
		return;
	g_test_trap_assert_stderr(
		"*not ok 1 - a # set-up error\n# the nested host is not built; 'make nested' builds it\n*");
	g_test_trap_assert_stderr("*status 3: *");
}

static void run_unready(struct fake_run *run)
{
	g_setenv("FAKE", "host-unready", TRUE);
	nested_words(run, "", "");
	g_printerr("%u captures\n", fake_started(run, "share=on"));
}

/* A nested host whose clock is wrong ends by itself, so a capture is tried four times. */
static void test_unready(void)
{
	if (!apart(run_unready))
		return;
	g_test_trap_assert_stderr("*8 captures\n*");
	g_test_trap_assert_stderr(
		"*# the nested host could not be captured: QEMU ended before it was up\n*status 1: *");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stops/fail-fast", test_fail_fast);
	g_test_add_func("/stops/no-folder", test_no_folder);
	g_test_add_func("/stops/full-folder", test_full_folder);
	g_test_add_func("/stops/gone", test_gone);
	g_test_add_func("/stops/deadline", test_deadline);
	g_test_add_func("/stops/junit", test_junit);
	g_test_add_func("/stops/nested-error", test_nested_error);
	g_test_add_func("/stops/nested-fail-fast", test_nested_fail_fast);
	g_test_add_func("/stops/not-built", test_not_built);
	g_test_add_func("/stops/unready", test_unready);
	return g_test_run();
}
