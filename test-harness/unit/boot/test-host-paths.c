/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paths that are found relative to the program, and the cache. A copy of this test program is started with --paths
 * from a folder that looks like a build tree, an installation or a nested host's job, and prints what it has found.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/scratch.h"
#include "unit/fake/fake_run.h"

#define TELL "--paths"

/* What the copy does; argv[2] is the firmware, argv[3] a further option or NULL. */
static int tell_paths(char **argv)
{
	g_autofree char *firmware = g_strconcat("--firmware=", argv[2], NULL);
	char *words[] = { argv[0], (char *)"boot", (char *)"--qemu=" FAKE_QEMU, firmware, argv[3], NULL };
	struct options options;
	struct host host = { 0 };
	GError *error = NULL;

	if (options_parse(&options, argv[3] != NULL ? 5 : 4, words, &error))
		host_find(&host, &options);
	if (error != NULL || !host_find_parts(&host, &options, &error)) {
		g_print("error %d: %s\n", error->code, error->message);
		g_error_free(error);
	} else {
		g_print("app=%s\nlauncher=%s\ntrial=%s\ncases=%s\nimages=%s\nnested=%s\ncache=%s\n", host.app,
			host.launcher, host.trial, host.cases, host.images, host.nested, host.cache);
		g_print("goes=%d there=%d\n", host.run_cache != NULL, g_file_test(host.cache, G_FILE_TEST_IS_DIR));
	}
	host_clear(&host);
	options_clear(&options);
	return 0;
}

/* What a copy in that folder prints. */
static char *told_in(const struct fake_run *run, const char *folder, const char *option)
{
	g_autofree char *here = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *name = g_build_filename(folder, "copy", NULL), *program = fake_path(run, name);
	const char *argv[] = { program, TELL, run->firmware, option, NULL };
	g_autofree char *content = NULL;
	char *told = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(here, &content, &length, NULL));
	fake_write(run, name, content, (gssize)length);
	g_assert_cmpint(g_chmod(program, 0755), ==, 0);
	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &told, NULL, NULL, NULL));
	g_assert_cmpint(g_unlink(program), ==, 0);
	return told;
}

/* Asserts that the line NAME=PATH was printed, with a path below the test's folder. */
static void assert_found(const struct fake_run *run, const char *told, const char *name, const char *path)
{
	g_autofree char *line = g_strdup_printf("%s=%s/%s\n", name, run->folder, path);

	if (strstr(told, line) == NULL)
		g_error("no %sin:\n%s", line, told);
}

/* To make a cache impossible, tests put a file in its place: permissions would not stop root. */
static void paths_init(struct fake_run *run, const char *apps)
{
	static const char *const names[] = { "kvmleaf.efi", "launcher.efi", "returns.efi" };
	g_autofree char *user = NULL, *temporary = NULL;

	fake_init(run);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(apps, names[i], NULL);

		fake_write(run, path, "", 0);
	}
	user = fake_path(run, "user");
	temporary = fake_path(run, "scratch");
	fake_write(run, "scratch/none", "", 0);
	g_setenv("XDG_CACHE_HOME", user, TRUE);
	g_setenv("TMPDIR", temporary, TRUE);
}

static void test_build_tree(void)
{
	g_autofree char *told = NULL;
	struct fake_run run;

	paths_init(&run, "build/x86_64");
	fake_write(&run, "test-harness/cases/x.ini", "", 0);
	fake_write(&run, "images/out/x.iso", "", 0);
	told = told_in(&run, "build", NULL);
	assert_found(&run, told, "app", "build/x86_64/kvmleaf.efi");
	assert_found(&run, told, "launcher", "build/x86_64/launcher.efi");
	assert_found(&run, told, "trial", "build/x86_64/returns.efi");
	assert_found(&run, told, "cases", "build/../test-harness/cases");
	assert_found(&run, told, "images", "build/../images/out");
	assert_found(&run, told, "nested", "build/nested");
	assert_found(&run, told, "cache", "build/cache");
	g_assert_nonnull(strstr(told, "goes=0 "));
	fake_clear(&run);
}

static void test_installed(void)
{
	g_autofree char *told = NULL;
	struct fake_run run;

	paths_init(&run, "share/kvmleaf");
	fake_write(&run, "share/kvmleaf/cases/x.ini", "", 0);
	fake_remove(&run, "cases");
	told = told_in(&run, "bin", NULL);
	assert_found(&run, told, "app", "bin/../share/kvmleaf/kvmleaf.efi");
	assert_found(&run, told, "launcher", "bin/../share/kvmleaf/launcher.efi");
	assert_found(&run, told, "trial", "bin/../share/kvmleaf/returns.efi");
	assert_found(&run, told, "cases", "bin/../share/kvmleaf/cases");
	assert_found(&run, told, "cache", "user/kvmleaf");
	fake_clear(&run);
}

/* In a nested host's job everything lies beside the program. */
static void test_job(void)
{
	g_autofree char *told = NULL;
	struct fake_run run;

	paths_init(&run, "job/x86_64");
	fake_write(&run, "job/images/x.iso", "", 0);
	told = told_in(&run, "job", NULL);
	assert_found(&run, told, "app", "job/x86_64/kvmleaf.efi");
	assert_found(&run, told, "images", "job/images");
	fake_clear(&run);
}

/* The cache is the first of these that can be written: that of --cache, which must be; that of the build tree; that in
 * the user's cache folder; a temporary one that is removed after the run. */
static void test_caches(void)
{
	g_autofree char *given = NULL, *option = NULL, *told = NULL, *own = NULL, *refused = NULL;
	g_autofree char *users = NULL, *users_folder = NULL;
	struct fake_run run;

	paths_init(&run, "build/x86_64");
	option = g_strdup_printf("--cache=%s/mine/deep", run.folder);
	given = told_in(&run, "build", option);
	assert_found(&run, given, "cache", "mine/deep");
	fake_write(&run, "build/cache", "in the way", -1);
	users = told_in(&run, "build", NULL);
	assert_found(&run, users, "cache", "user/kvmleaf");
	users_folder = fake_path(&run, "user");
	scratch_remove(users_folder); /* it was made to find out whether it can be */
	fake_write(&run, "user", "in the way", -1);
	own = told_in(&run, "build", NULL);
	told = g_strdup_printf("cache=%s/scratch/kvmleaf-", run.folder);
	g_assert_nonnull(strstr(own, told));
	g_assert_nonnull(strstr(own, "goes=1 there=1\n"));
	fake_remove(&run, "scratch/none");
	g_clear_pointer(&told, g_free);
	told = fake_path(&run, "scratch");
	g_assert_cmpint(g_rmdir(told), ==, 0); /* the temporary cache was removed */
	fake_write(&run, "scratch", "in the way", -1);
	refused = told_in(&run, "build", NULL);
	g_assert_true(g_str_has_prefix(refused, "error 3: "));
	fake_clear(&run);
}

int main(int argc, char **argv)
{
	if (argc >= 3 && strcmp(argv[1], TELL) == 0)
		return tell_paths(argv);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/host-paths/build-tree", test_build_tree);
	g_test_add_func("/host-paths/installed", test_installed);
	g_test_add_func("/host-paths/job", test_job);
	g_test_add_func("/host-paths/caches", test_caches);
	return g_test_run();
}
