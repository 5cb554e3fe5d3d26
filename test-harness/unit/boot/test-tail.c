/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading files that grow meanwhile, and files that the user names. */
#include "base/tail.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "base/input.h"
#include "unit/fake/workplace.h"

enum { MIB = 1024 * 1024 };

static void take(gpointer context, const char *bytes, gsize length)
{
	g_assert_cmpuint(length, >, 0);
	g_string_append_len(context, bytes, (gssize)length);
}

static void append(const char *path, const char *bytes, gsize length)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, bytes, length), ==, (gssize)length);
	(void)close(fd);
}

static void test_tail(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "log", "from an older run", -1),
			*much = g_strnfill(100000, 'x');
	g_autoptr(GString) read = g_string_new(NULL);
	GError *error = NULL;
	int fd = tail_open(path, &error);

	g_assert_no_error(error);
	g_assert_cmpint(fd, >=, 0);
	tail_read(fd, take, read);
	g_assert_cmpstr(read->str, ==, "");
	append(path, "a\0b\n", 4);
	tail_read(fd, take, read);
	g_assert_cmpmem(read->str, read->len, "a\0b\n", 4);
	tail_read(fd, take, read);
	g_assert_cmpuint(read->len, ==, 4);
	append(path, much, 100000);
	append(path, "end", 3);
	tail_read(fd, take, read);
	g_assert_cmpuint(read->len, ==, 4 + 100000 + 3);
	g_assert_true(g_str_has_suffix(read->str + 4, "xend"));
	(void)close(fd);
	workplace_remove(folder);
}

static void test_tail_cannot_open(void)
{
	GError *error = NULL;

	g_assert_cmpint(tail_open("/nonexistent/log", &error), ==, -1);
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/log: No such file or directory");
}

static void test_input(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "file", "a\0b", 3),
			*empty = workplace_write(folder, "empty", "", 0);
	g_autofree char *bytes = NULL, *nothing = NULL;
	GError *error = NULL;
	gsize length;

	g_assert_true(input_read(path, &bytes, &length, &error));
	g_assert_no_error(error);
	/* A NUL follows the content, so that it can be used as a string. */
	g_assert_cmpmem(bytes, length + 1, "a\0b", 4);
	g_assert_true(input_read(empty, &nothing, &length, &error));
	g_assert_cmpuint(length, ==, 0);
	g_assert_cmpstr(nothing, ==, "");
	workplace_remove(folder);
}

static void assert_refused(const char *path, const char *words)
{
	g_autofree char *bytes = NULL;
	GError *error = NULL;
	gsize length;

	g_assert_false(input_read(path, &bytes, &length, &error));
	g_assert_null(bytes);
	if (strcmp(path, "-") != 0)
		g_assert_true(g_str_has_prefix(error->message, path));
	assert_error_says(&error, BOOT_USAGE, words);
}

static void test_input_refused(void)
{
	char *folder = workplace_make();

	assert_refused("/nonexistent/file", "No such file or directory");
	assert_refused(folder, "Is a directory");
	workplace_remove(folder);
}

/* 64 MiB are read and no more, even of a sparse file. */
static void test_input_size(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "file", "", 0), *bytes = NULL;
	gsize length = 0;

	g_assert_cmpint(truncate(path, 64 * MIB), ==, 0);
	g_assert_true(input_read(path, &bytes, &length, NULL));
	g_assert_cmpuint(length, ==, 64 * MIB);
	g_assert_cmpint(truncate(path, 64 * MIB + 1), ==, 0);
	assert_refused(path, "over 64 MiB");
	g_assert_cmpint(truncate(path, 65 * MIB), ==, 0);
	assert_refused(path, "over 64 MiB");
	assert_refused("/dev/zero", "over 64 MiB");
	workplace_remove(folder);
}

/* A file can be named by a descriptor, as a shell's <(...) does. */
static void test_standard_input(void)
{
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "file", "by standard input", -1), *bytes = NULL;
	gsize length;

	g_assert_nonnull(freopen(path, "r", stdin));
	g_assert_true(input_read("-", &bytes, &length, NULL));
	g_assert_cmpmem(bytes, length, "by standard input", 17);
	g_assert_nonnull(freopen("/dev/zero", "r", stdin));
	assert_refused("-", "standard input: over 64 MiB");
	g_assert_nonnull(freopen(folder, "r", stdin));
	assert_refused("-", "standard input: Is a directory");
	workplace_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tail/growing", test_tail);
	g_test_add_func("/tail/cannot-open", test_tail_cannot_open);
	g_test_add_func("/input/file", test_input);
	g_test_add_func("/input/refused", test_input_refused);
	g_test_add_func("/input/size", test_input_size);
	g_test_add_func("/input/standard-input", test_standard_input);
	return g_test_run();
}
