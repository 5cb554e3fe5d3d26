/* SPDX-License-Identifier: BSD-2-Clause */
/* The key of a kept folder: a sum over the content of files, in their order, and over a text. */
#include "base/cache.h"
#include "unit/fake/workplace.h"

static void test_key(void)
{
	char *folder = workplace_make();
	g_autofree char *a = workplace_write(folder, "a", "ab", 2), *b = workplace_write(folder, "b", "c", 1);
	const char *const both[] = { a, b, NULL }, *const swapped[] = { b, a, NULL }, *const none[] = { NULL };
	const char *const absent[] = { a, "/nonexistent/file", NULL };
	g_autofree char *key = cache_key(both, "d", NULL), *other = cache_key(swapped, "d", NULL);
	g_autofree char *words = cache_key(both, "e", NULL), *text = cache_key(none, "abcd", NULL);
	GError *error = NULL;

	/* printf abcd | sha256sum */
	g_assert_cmpstr(text, ==, "88d4266fd4e6338d");
	g_assert_cmpstr(key, ==, text);
	g_assert_cmpstr(other, !=, key);
	g_assert_cmpstr(words, !=, key);
	g_assert_null(cache_key(absent, "d", &error));
	g_assert_nonnull(strstr(error->message, "/nonexistent/file"));
	g_error_free(error);
	workplace_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache-key/key", test_key);
	return g_test_run();
}
