/* SPDX-License-Identifier: BSD-2-Clause */
/* Ending a run early. A process keeps the first reason, so each test has a process of its own. */
#include "base/stop.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.h"
#include "qemu/qmp.h"
#include "unit/fake/workplace.h"

enum { SECOND = 1000000 };

/* Runs the check in a child process, which ends with 0 if all assertions hold. */
static void run_apart(void (*check)(void))
{
	pid_t child;
	int status;

	(void)fflush(NULL);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		check();
		exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

static void check_first_reason(void)
{
	g_assert_null(stop_asked());
	g_assert_cmpint(stop_status(), ==, BOOT_PASS);
	g_assert_cmpint(stop_signal(), ==, 0);
	stop_ask("the disk is full", BOOT_SETUP);
	stop_ask("a case failed", BOOT_FAILED);
	g_assert_cmpstr(stop_asked(), ==, "the disk is full");
	g_assert_cmpint(stop_status(), ==, BOOT_SETUP);
	g_assert_cmpint(stop_signal(), ==, 0);
	/* A later signal or deadline does not change the reason, but the signal is remembered. */
	stop_on_signals();
	stop_at(1, 5);
	(void)raise(SIGTERM);
	g_assert_cmpstr(stop_asked(), ==, "the disk is full");
	g_assert_cmpint(stop_status(), ==, BOOT_SETUP);
	g_assert_cmpint(stop_signal(), ==, SIGTERM);
}

static void test_first_reason(void)
{
	run_apart(check_first_reason);
}

static gpointer ask(gpointer data)
{
	for (int i = 0; i < 100; i++)
		stop_ask(data, BOOT_FAILED);
	return (gpointer)stop_asked();
}

static void check_threads(void)
{
	GThread *threads[] = { g_thread_new("a", ask, (gpointer) "first"),
		g_thread_new("b", ask, (gpointer) "second") };
	const char *said[] = { g_thread_join(threads[0]), g_thread_join(threads[1]) };

	/* The same string, which stays valid. */
	g_assert_true(said[0] == said[1] && said[0] == stop_asked());
	g_assert_true(g_str_equal(said[0], "first") || g_str_equal(said[0], "second"));
}

static void test_threads(void)
{
	run_apart(check_threads);
}

static void check_deadline(void)
{
	stop_at(g_get_monotonic_time() + 3600 * (gint64)SECOND, 3600);
	g_assert_null(stop_asked());
	stop_at(0, 0);
	g_assert_null(stop_asked());
	stop_at(g_get_monotonic_time() + SECOND / 20, 42);
	g_usleep(SECOND / 10);
	g_assert_nonnull(stop_asked());
	g_assert_nonnull(strstr(stop_asked(), "deadline of 42 s"));
	g_assert_cmpint(stop_status(), ==, BOOT_FAILED);
	g_assert_cmpint(stop_signal(), ==, 0);
	/* The reason stays. */
	stop_at(0, 0);
	g_assert_nonnull(strstr(stop_asked(), "deadline of 42 s"));
}

static void test_deadline(void)
{
	run_apart(check_deadline);
}

static void check_signal(int number, const char *words)
{
	(void)signal(number, SIG_DFL); /* the test may have been started with this signal ignored, as nohup does */
	stop_on_signals();
	g_assert_null(stop_asked());
	(void)raise(number);
	g_assert_cmpint(stop_signal(), ==, number);
	g_assert_nonnull(stop_asked());
	g_assert_nonnull(strstr(stop_asked(), words));
	g_assert_cmpint(stop_status(), ==, BOOT_FAILED);
}

static void check_interrupt(void)
{
	check_signal(SIGINT, "signal 2");
}

static void check_terminate(void)
{
	check_signal(SIGTERM, "signal 15");
}

static void check_hangup(void)
{
	check_signal(SIGHUP, "signal 1 ");
}

static void test_signals(void)
{
	run_apart(check_interrupt);
	run_apart(check_terminate);
	run_apart(check_hangup);
}

/* Under nohup SIGHUP is ignored from the beginning, and stays ignored. */
static void check_ignored(void)
{
	(void)signal(SIGHUP, SIG_IGN);
	stop_on_signals();
	(void)raise(SIGHUP);
	g_assert_cmpint(stop_signal(), ==, 0);
	g_assert_null(stop_asked());
	(void)raise(SIGINT);
	g_assert_cmpint(stop_signal(), ==, SIGINT);
}

static void test_ignored(void)
{
	run_apart(check_ignored);
}

/* The same signal a second time ends a run that hangs. */
static void test_twice(void)
{
	pid_t child;
	int status;

	(void)fflush(NULL);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		stop_on_signals();
		(void)raise(SIGINT);
		(void)raise(SIGINT);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGINT);
}

/* Waiting for a child or for QEMU's answer ends within two seconds of the request to stop. */
static void check_waiting(void)
{
	const char *const command[] = { "sleep", "600", NULL };
	gint64 begin = g_get_monotonic_time();
	GError *error = NULL;
	struct qmp qmp;
	int pipe_ends[2];

	stop_on_signals();
	(void)raise(SIGTERM);
	g_assert_false(process_run(command, 600, &error));
	g_assert_nonnull(strstr(error->message, "sleep: "));
	assert_error_says(&error, BOOT_FAILED, "signal 15");
	g_assert_cmpint(pipe(pipe_ends), ==, 0);
	qmp_init(&qmp, pipe_ends[0], NULL, NULL);
	g_assert_false(qmp_greet(&qmp, &error));
	assert_error_says(&error, BOOT_FAILED, "signal 15");
	qmp_clear(&qmp);
	g_assert_cmpint(g_get_monotonic_time() - begin, <, 5 * SECOND);
}

static void test_waiting(void)
{
	run_apart(check_waiting);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stop/first-reason", test_first_reason);
	g_test_add_func("/stop/threads", test_threads);
	g_test_add_func("/stop/deadline", test_deadline);
	g_test_add_func("/stop/signals", test_signals);
	g_test_add_func("/stop/ignored", test_ignored);
	g_test_add_func("/stop/twice", test_twice);
	g_test_add_func("/stop/waiting", test_waiting);
	return g_test_run();
}
