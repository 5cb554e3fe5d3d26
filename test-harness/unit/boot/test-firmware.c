/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware that the user names: two files that must exist and belong together. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "qemu/firmware.h"
#include "unit/fake/store.h"

enum { MIB = 0x100000, VARS_2M = 0x20000, VARS_4M = 0x84000 };

struct pair {
	char *folder, *code, *vars, *option;
};

/* Makes a CODE of that size, and a VARS that is a variable store or only zeros; a size of 0 makes no file. */
static void pair_init(struct pair *pair, size_t code, size_t vars, gboolean is_store)
{
	struct store store;

	pair->folder = g_dir_make_tmp("kvmleaf-firmware-XXXXXX", NULL);
	g_assert_nonnull(pair->folder);
	pair->code = g_build_filename(pair->folder, "CODE.fd", NULL);
	pair->vars = g_build_filename(pair->folder, "VARS.fd", NULL);
	pair->option = g_strconcat(pair->code, ":", pair->vars, NULL);
	if (code > 0) {
		g_autofree char *bytes = g_malloc0(code);

		g_assert_true(g_file_set_contents(pair->code, bytes, (gssize)code, NULL));
	}
	if (vars == 0)
		return;
	store_init(&store, vars);
	if (!is_store)
		store.bytes[40] = 0;
	g_assert_true(g_file_set_contents(pair->vars, (char *)store.bytes, (gssize)vars, NULL));
	store_clear(&store);
}

static void pair_clear(struct pair *pair)
{
	(void)g_unlink(pair->code);
	(void)g_unlink(pair->vars);
	(void)g_rmdir(pair->folder);
	g_free(pair->folder);
	g_free(pair->code);
	g_free(pair->vars);
	g_free(pair->option);
}

static void assert_bad(const char *option, int code, const char *word)
{
	GError *error = NULL;

	g_assert_null(firmware_find(option, "x86_64", NULL, &error));
	g_assert_error(error, BOOT_ERROR, code);
	if (strstr(error->message, word) == NULL || strchr(error->message, '\n') != NULL)
		g_error("\"%s\" does not say %s", error->message, word);
	g_error_free(error);
}

static void test_good_pairs(void)
{
	static const size_t sizes[][2] = { { 2 * MIB - VARS_2M, VARS_2M }, { 4 * MIB - VARS_4M, VARS_4M } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct pair pair;
		GError *error = NULL;
		struct firmware *firmware;

		pair_init(&pair, sizes[i][0], sizes[i][1], TRUE);
		firmware = firmware_find(pair.option, "x86_64", NULL, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(firmware->code, ==, pair.code);
		g_assert_cmpstr(firmware->vars, ==, pair.vars);
		g_assert_cmpstr(firmware->code_format, ==, "raw");
		g_assert_cmpstr(firmware->vars_format, ==, "raw");
		firmware_free(firmware);
		pair_clear(&pair);
	}
}

/* CODE and VARS of different sizes: seen to boot and lose their variables, or to fault (CODE of a 2 MiB build with VARS
 * of a 4 MiB build). */
static void test_sizes_that_do_not_pair(void)
{
	static const size_t sizes[][2] = { { 2 * MIB - VARS_2M, VARS_4M }, { 4 * MIB - VARS_4M, VARS_2M },
		{ 4 * MIB - VARS_4M + 1, VARS_4M }, { 4 * MIB - VARS_4M - 1, VARS_4M }, { 1, VARS_2M },
		{ 3 * MIB - VARS_2M, VARS_2M } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct pair pair;

		pair_init(&pair, sizes[i][0], sizes[i][1], TRUE);
		assert_bad(pair.option, BOOT_SETUP, "do not belong together");
		assert_bad(pair.option, BOOT_SETUP, pair.code);
		assert_bad(pair.option, BOOT_SETUP, pair.vars);
		pair_clear(&pair);
	}
}

static void test_not_a_store(void)
{
	struct pair pair;

	pair_init(&pair, 4 * MIB - VARS_4M, VARS_4M, FALSE);
	assert_bad(pair.option, BOOT_SETUP, pair.vars);
	assert_bad(pair.option, BOOT_SETUP, "not a variable store");
	pair_clear(&pair);
	/* CODE and VARS swapped. */
	pair_init(&pair, VARS_4M, 4 * MIB - VARS_4M, FALSE);
	assert_bad(pair.option, BOOT_SETUP, "not a variable store");
	pair_clear(&pair);
}

/* A store whose header says that the volume is larger than the file. */
static void test_truncated_store(void)
{
	struct pair pair;
	g_autofree char *bytes = NULL;
	gsize size;

	pair_init(&pair, 4 * MIB - VARS_4M, VARS_4M, TRUE);
	g_assert_true(g_file_get_contents(pair.vars, &bytes, &size, NULL));
	g_assert_true(g_file_set_contents(pair.vars, bytes, VARS_4M / 2, NULL));
	assert_bad(pair.option, BOOT_SETUP, "not a variable store");
	pair_clear(&pair);
}

static void test_missing_files(void)
{
	struct pair pair;

	pair_init(&pair, 0, VARS_4M, TRUE);
	assert_bad(pair.option, BOOT_SETUP, pair.code);
	pair_clear(&pair);
	pair_init(&pair, 4 * MIB - VARS_4M, 0, TRUE);
	assert_bad(pair.option, BOOT_SETUP, pair.vars);
	pair_clear(&pair);
}

static void test_wrong_options(void)
{
	static const char *const options[] = { "a", "a:b:c", ":", "a:", ":b", "::", "", "a:b:" };

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		assert_bad(options[i], BOOT_USAGE, "CODE:VARS");
		assert_bad(options[i], BOOT_USAGE, options[i]);
	}
}

/* The size of a qcow2 file says nothing about the size of the image in it, so it is not checked. */
static void test_qcow2(void)
{
	struct pair pair;
	GError *error = NULL;
	struct firmware *firmware;
	g_autofree char *code = NULL, *option = NULL;

	pair_init(&pair, 0, VARS_4M, TRUE);
	code = g_build_filename(pair.folder, "CODE.qcow2", NULL);
	option = g_strconcat(code, ":", pair.vars, NULL);
	g_assert_true(g_file_set_contents(code, "QFI\xfb", 4, NULL));
	firmware = firmware_find(option, "x86_64", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(firmware->code_format, ==, "qcow2");
	g_assert_cmpstr(firmware->vars_format, ==, "raw");
	firmware_free(firmware);
	(void)g_unlink(code);
	pair_clear(&pair);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/firmware/good-pairs", test_good_pairs);
	g_test_add_func("/firmware/sizes-that-do-not-pair", test_sizes_that_do_not_pair);
	g_test_add_func("/firmware/not-a-store", test_not_a_store);
	g_test_add_func("/firmware/truncated-store", test_truncated_store);
	g_test_add_func("/firmware/missing-files", test_missing_files);
	g_test_add_func("/firmware/wrong-options", test_wrong_options);
	g_test_add_func("/firmware/qcow2", test_qcow2);
	return g_test_run();
}
