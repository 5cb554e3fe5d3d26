/* SPDX-License-Identifier: BSD-2-Clause */
/* Files are written completely, or there is an error that names the file and the reason. */
#include "base/scratch.h"
#include "unit/fake/workplace.h"

static void test_write(void)
{
	char *folder = workplace_make();
	g_autofree char *path = g_build_filename(folder, "file", NULL), *content = NULL;
	GError *error = NULL;
	gsize length;

	g_assert_true(scratch_write(path, "a longer text", -1, &error));
	g_assert_true(scratch_write(path, "a\0b", 3, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	g_assert_cmpmem(content, length, "a\0b", 3);
	g_assert_true(scratch_write(path, "", -1, &error));
	g_assert_true(scratch_write(path, "not this", 0, &error));
	g_clear_pointer(&content, g_free);
	g_assert_true(g_file_get_contents(path, &content, &length, NULL));
	g_assert_cmpuint(length, ==, 0);
	workplace_remove(folder);
}

/* A full disk may be reported only when the file is closed. */
static void test_cannot_write(void)
{
	g_autofree char *large = g_malloc0(1024 * 1024);
	GError *error = NULL;

	g_assert_false(scratch_write("/nonexistent/file", "x", -1, &error));
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/file: No such file or directory");
	g_assert_false(scratch_write("/dev/full", "x", -1, &error));
	assert_error_says(&error, BOOT_SETUP, "/dev/full: No space left on device");
	g_assert_false(scratch_write("/dev/full", large, 1024 * 1024, &error));
	assert_error_says(&error, BOOT_SETUP, "/dev/full: No space left on device");
	g_assert_false(scratch_write("/", "x", -1, &error));
	assert_error_says(&error, BOOT_SETUP, "/: Is a directory");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scratch-write/write", test_write);
	g_test_add_func("/scratch-write/cannot-write", test_cannot_write);
	return g_test_run();
}
