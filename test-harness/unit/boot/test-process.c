/* SPDX-License-Identifier: BSD-2-Clause */
/* Child processes: how they end, what they print, and that none lives longer than its time limit. */
#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/fake/workplace.h"

enum { SECOND = 1000000, PATIENCE = 20 };

static void assert_failed(GError **error, const char *program, const char *words)
{
	g_assert_nonnull(*error);
	if (!g_str_has_prefix((*error)->message, program) || strstr((*error)->message, words) == NULL)
		g_error("\"%s\" does not say %s and \"%s\"", (*error)->message, program, words);
	g_clear_error(error);
}

static void test_run(void)
{
	const char *const good[] = { "true", NULL }, *const bad[] = { "sh", "-c", "exit 7", NULL };
	const char *const killed[] = { "sh", "-c", "kill -9 $$", NULL }, *const absent[] = { "/nonexistent/program",
		NULL };
	GError *error = NULL;

	g_assert_true(process_run(good, PATIENCE, &error));
	g_assert_no_error(error);
	g_assert_false(process_run(bad, PATIENCE, &error));
	assert_failed(&error, "sh: ", "7");
	g_assert_false(process_run(killed, PATIENCE, &error));
	assert_failed(&error, "sh: ", "9");
	g_assert_false(process_run(absent, PATIENCE, &error));
	assert_failed(&error, "/nonexistent/program: ", "No such file");
}

/* All of standard output and nothing else, even more than the 64 KiB that a pipe holds. */
static void test_output(void)
{
	const char *const words[] = { "sh", "-c", "echo one; echo not this >&2; printf two", NULL };
	const char *const nothing[] = { "true", NULL }, *const many[] = { "seq", "1", "100000", NULL };
	const char *const bad[] = { "sh", "-c", "echo words; exit 3", NULL };
	int errors = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	g_autofree char *said = NULL, *empty = process_output(nothing, PATIENCE, NULL);
	g_autofree char *numbers = process_output(many, PATIENCE, NULL);
	GError *error = NULL;

	g_assert_true(errors >= 0 && dup2(nowhere, STDERR_FILENO) >= 0);
	said = process_output(words, PATIENCE, NULL);
	g_assert_cmpint(dup2(errors, STDERR_FILENO), >=, 0);
	(void)close(errors);
	(void)close(nowhere);
	g_assert_cmpstr(said, ==, "one\ntwo");
	g_assert_cmpstr(empty, ==, "");
	g_assert_nonnull(numbers);
	/* 9 numbers of 1 digit, 90 of 2, and so on, one of 6 digits, and 100,000 newlines. */
	g_assert_cmpuint(strlen(numbers), ==, 9 + 180 + 2700 + 36000 + 450000 + 6 + 100000);
	g_assert_true(g_str_has_prefix(numbers, "1\n2\n") && g_str_has_suffix(numbers, "\n99999\n100000\n"));
	g_assert_null(process_output(bad, PATIENCE, &error));
	assert_failed(&error, "sh: ", "3");
}

static gboolean lives(pid_t pid)
{
	return kill(pid, 0) == 0;
}

/* The child writes its process id to a file, then sleeps longer than the test waits. */
static void test_time_out(void)
{
	char *folder = workplace_make();
	g_autofree char *note = g_build_filename(folder, "pid", NULL), *pid = NULL;
	const char *command[] = { "sh", "-c", "echo $$ >\"$0\"; exec sleep 600", note, NULL };
	gint64 begin = g_get_monotonic_time();
	GError *error = NULL;

	g_assert_null(process_output(command, 1, &error));
	assert_failed(&error, "sh: ", "did not end within 1 s");
	g_assert_cmpint(g_get_monotonic_time() - begin, >=, SECOND);
	g_assert_cmpint(g_get_monotonic_time() - begin, <, PATIENCE * SECOND);
	g_assert_true(g_file_get_contents(note, &pid, NULL, NULL));
	g_assert_false(lives((pid_t)g_ascii_strtoll(pid, NULL, 10)));
	workplace_remove(folder);
}

static GPtrArray *command_of(const char *script, const char *argument)
{
	GPtrArray *command = g_ptr_array_new();

	g_ptr_array_add(command, (gpointer) "sh");
	g_ptr_array_add(command, (gpointer) "-c");
	g_ptr_array_add(command, (gpointer)script);
	g_ptr_array_add(command, (gpointer)argument);
	return command;
}

/* One descriptor is a socket, the other one a file. Output and errors of the child go to the log, which is truncated
 * first. */
static void test_start(void)
{
	char *folder = workplace_make();
	g_autofree char *log = workplace_write(folder, "log", "older and longer words than the new", -1);
	g_autofree char *file = workplace_write(folder, "file", "from the file\n", -1), *said = NULL;
	g_autoptr(GPtrArray) command = command_of("read -r line <&9; echo \"$line\"; echo error >&2; head -n 1 <&8; "
						  "echo answer >&8; [ ! -e /proc/$$/fd/30 ] || echo more; exit 5",
		"sh");
	struct process_fd fds[] = { { .child_fd = 8 }, { .child_fd = 9, .path = file } };
	char answer[16] = { 0 };
	GError *error = NULL;
	GPid pid;
	int status;

	/* The child inherits no other descriptor: a guest must not hold the socket of another one. */
	g_assert_cmpint(dup2(STDERR_FILENO, 30), ==, 30);
	g_assert_true(process_start(command, log, fds, G_N_ELEMENTS(fds), &pid, &error));
	(void)close(30);
	g_assert_no_error(error);
	g_assert_cmpint(fds[1].fd, ==, -1);
	g_assert_cmpint(write(fds[0].fd, "from us\n", 8), ==, 8);
	g_assert_cmpint(read(fds[0].fd, answer, sizeof(answer)), ==, 7);
	g_assert_cmpstr(answer, ==, "answer\n");
	g_assert_true(process_reap(pid, g_get_monotonic_time() + PATIENCE * SECOND, &status));
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 5);
	g_assert_true(g_file_get_contents(log, &said, NULL, NULL));
	g_assert_cmpstr(said, ==, "from the file\nerror\nfrom us\n");
	g_assert_cmpint(read(fds[0].fd, answer, sizeof(answer)), ==, 0);
	(void)close(fds[0].fd);
	workplace_remove(folder);
}

static void test_cannot_start(void)
{
	char *folder = workplace_make();
	g_autofree char *log = g_build_filename(folder, "log", NULL);
	g_autoptr(GPtrArray) good = command_of("true", "sh");
	g_autoptr(GPtrArray) other = command_of("true", "sh");
	g_autoptr(GPtrArray) absent = g_ptr_array_new();
	struct process_fd fds[] = { { .child_fd = 10 }, { .child_fd = 11, .path = "/nonexistent/file" } };
	guint open_before = workplace_count("/proc/self/fd");
	GError *error = NULL;
	GPid pid;

	g_ptr_array_add(absent, (gpointer) "/nonexistent/program");
	g_assert_false(process_start(good, "/nonexistent/log", fds, 1, &pid, &error));
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/log: No such file");
	g_assert_false(process_start(other, log, fds, 2, &pid, &error));
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/file: No such file");
	g_assert_false(process_start(absent, log, fds, 1, &pid, &error));
	g_assert_nonnull(strstr(error->message, "/nonexistent/program"));
	g_clear_error(&error);
	g_assert_cmpuint(workplace_count("/proc/self/fd"), ==, open_before);
	workplace_remove(folder);
}

static GPid start_sleep(const char *folder)
{
	g_autofree char *log = g_build_filename(folder, "log", NULL);
	g_autoptr(GPtrArray) command = command_of("exec sleep 600", "sh");
	GPid pid;

	g_assert_true(process_start(command, log, NULL, 0, &pid, NULL));
	return pid;
}

/* A deadline of 0 does not wait at all. */
static void test_reap(void)
{
	char *folder = workplace_make();
	GPid pid = start_sleep(folder);
	gint64 begin;
	int status;

	g_assert_true(lives(pid));
	g_assert_false(process_reap(pid, 0, &status));
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	g_assert_false(lives(pid));
	pid = start_sleep(folder);
	begin = g_get_monotonic_time();
	g_assert_false(process_reap(pid, begin + SECOND / 10, &status));
	g_assert_cmpint(g_get_monotonic_time() - begin, >=, SECOND / 10);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	g_assert_false(lives(pid));
	pid = start_sleep(folder);
	g_assert_cmpint(kill(pid, SIGTERM), ==, 0);
	g_assert_true(process_reap(pid, g_get_monotonic_time() + PATIENCE * SECOND, &status));
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	workplace_remove(folder);
}

/* The command line of a process that has ended but was not waited for is empty. */
static gboolean runs(const char *number)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", atoi(number)), *line = NULL;

	return g_file_get_contents(path, &line, NULL, NULL) && *line != '\0';
}

/* A script that starts a program and waits for it; the program's process id is in the file. */
static void test_reap_script(void)
{
	char *folder = workplace_make();
	g_autofree char *log = g_build_filename(folder, "log", NULL), *file = g_build_filename(folder, "file", NULL);
	g_autoptr(GPtrArray) command = command_of("sleep 100 & echo $! >\"$0.new\"; mv \"$0.new\" \"$0\"; wait", file);
	g_autofree char *number = NULL;
	int status;
	GPid pid;

	g_assert_true(process_start(command, log, NULL, 0, &pid, NULL));
	for (int i = 0; i < PATIENCE * 100 && !g_file_test(file, G_FILE_TEST_EXISTS); i++)
		g_usleep(SECOND / 100);
	g_assert_true(g_file_get_contents(file, &number, NULL, NULL));
	g_assert_true(runs(number));
	g_assert_false(process_reap(pid, 0, &status));
	for (int i = 0; i < PATIENCE * 100 && runs(number); i++)
		g_usleep(SECOND / 100);
	g_assert_false(runs(number));
	workplace_remove(folder);
}

/* A run that is killed by SIGKILL leaves no guest behind. */
static void test_ends_with_us(void)
{
	char *folder = workplace_make();
	g_autofree char *note = g_build_filename(folder, "pid", NULL), *text = NULL;
	pid_t run = fork(), child;

	g_assert_cmpint(run, >=, 0);
	if (run == 0) {
		g_autofree char *words = g_strdup_printf("%d", (int)start_sleep(folder));

		(void)g_file_set_contents(note, words, -1, NULL);
		(void)kill(getpid(), SIGKILL);
	}
	g_assert_cmpint(waitpid(run, NULL, 0), ==, run);
	g_assert_true(g_file_get_contents(note, &text, NULL, NULL));
	child = (pid_t)g_ascii_strtoll(text, NULL, 10);
	for (int i = 0; i < PATIENCE * 100; i++) {
		g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)child), *stat = NULL;

		/* It is gone, or a zombie that the new parent has not waited for yet. */
		if (!g_file_get_contents(path, &stat, NULL, NULL) || strstr(stat, ") Z ") != NULL)
			break;
		g_assert_cmpint(i, <, PATIENCE * 100 - 1);
		g_usleep(SECOND / 100);
	}
	workplace_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/process/run", test_run);
	g_test_add_func("/process/output", test_output);
	g_test_add_func("/process/time-out", test_time_out);
	g_test_add_func("/process/start", test_start);
	g_test_add_func("/process/cannot-start", test_cannot_start);
	g_test_add_func("/process/reap", test_reap);
	g_test_add_func("/process/reap-script", test_reap_script);
	g_test_add_func("/process/ends-with-us", test_ends_with_us);
	return g_test_run();
}
