/* SPDX-License-Identifier: BSD-2-Clause */
/* Temporary folders of a run, and the removal of those whose run was killed. */
#include "base/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/fake/workplace.h"

/* Sets the folder for temporary files. GLib reads the environment only once, so nothing temporary may be made before.
 */
static char *temporary;

static gboolean is_locked(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean locked;

	g_assert_cmpint(fd, >=, 0);
	locked = flock(fd, LOCK_SH | LOCK_NB) != 0;
	g_assert_true(!locked || errno == EWOULDBLOCK);
	(void)close(fd);
	return locked;
}

/* A killed run leaves a folder that no process has locked. */
static void make_by_killed_run(const char *name)
{
	g_autofree char *folder = g_build_filename(temporary, name, NULL), *inner = g_build_filename(folder, "a", NULL);
	g_autofree char *link = g_build_filename(inner, "link", NULL);

	g_assert_cmpint(g_mkdir_with_parents(inner, 0755), ==, 0);
	g_free(workplace_write(inner, "file", "x", 1));
	g_assert_cmpint(symlink("/", link), ==, 0);
}

static void test_made_and_removed(void)
{
	GError *error = NULL;
	g_autofree char *folder = scratch_make(&error), *other = NULL, *name = NULL;
	struct stat status;

	g_assert_no_error(error);
	name = g_path_get_basename(folder);
	g_assert_true(g_str_has_prefix(folder, temporary));
	g_assert_true(g_str_has_prefix(name, "kvmleaf-boot-run-"));
	g_assert_true(stat(folder, &status) == 0 && S_ISDIR(status.st_mode));
	g_assert_true(is_locked(folder));
	other = scratch_make(&error);
	g_assert_cmpstr(folder, !=, other);
	/* The second run did not remove the folder of the first one, which is alive. */
	g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
	g_free(workplace_write(folder, "file", "x", 1));
	scratch_remove(folder);
	g_assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
	g_assert_true(is_locked(other));
	scratch_remove(other);
	g_assert_cmpuint(workplace_count(temporary), ==, 0);
}

/* Removing a folder closes its descriptor. */
static void test_lock_goes_with_the_folder(void)
{
	guint before = workplace_count("/proc/self/fd");

	for (int i = 0; i < 3; i++) {
		g_autofree char *folder = scratch_make(NULL);

		g_assert_cmpuint(workplace_count("/proc/self/fd"), ==, before + 1);
		scratch_remove(folder);
	}
	g_assert_cmpuint(workplace_count("/proc/self/fd"), ==, before);
}

/* Removing a folder twice must not close a descriptor that belongs to another file by then. */
static void test_removed_twice(void)
{
	g_autofree char *folder = scratch_make(NULL);
	int fd;

	scratch_remove(folder);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	scratch_remove(folder);
	g_assert_cmpint(fcntl(fd, F_GETFD), ==, FD_CLOEXEC);
	(void)close(fd);
}

/* Another run may remove the new folder before it is locked. The folder that is returned exists and is locked. */
static void test_sweeps_in_between(void)
{
	g_autofree char *template = g_build_filename(temporary, "kvmleaf-XXXXXX", NULL);
	pid_t sweeper = fork();

	g_assert_cmpint(sweeper, >=, 0);
	if (sweeper == 0)
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (sweeper == 0)
		scratch_sweep(temporary, "kvmleaf-");
	for (int i = 0; i < 500; i++) {
		g_autofree char *folder = scratch_make_at(template, NULL);

		if (folder == NULL)
			continue; /* removed each time */
		g_assert_true(is_locked(folder));
		scratch_remove(folder);
	}
	g_assert_cmpint(kill(sweeper, SIGKILL), ==, 0);
	g_assert_cmpint(waitpid(sweeper, NULL, 0), ==, sweeper);
}

/* Without a free descriptor there is no lock, and the next run would remove the folder; so it is an error. */
static void test_no_descriptor_left(void)
{
	g_autofree char *template = g_build_filename(temporary, "kvmleaf-XXXXXX", NULL), *folder = NULL;
	int free_one = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct rlimit before, none;
	GError *error = NULL;

	g_assert_cmpint(free_one, >=, 0);
	(void)close(free_one);
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
	none = before;
	none.rlim_cur = (rlim_t)free_one;
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
	folder = scratch_make_at(template, &error);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
	g_assert_null(folder);
	assert_error_says(&error, BOOT_SETUP, "the folder cannot be locked");
	/* The folder that was made before the error is removed. */
	scratch_sweep(temporary, "kvmleaf-");
	g_assert_cmpuint(workplace_count(temporary), ==, 0);
}

static void test_killed_runs(void)
{
	g_autofree char *folder = NULL, *link = g_build_filename(temporary, "kvmleaf-boot-run-islink", NULL);
	g_autofree char *shared = g_build_filename(temporary, "kvmleaf-boot-run-shared", NULL);
	guint open_before = workplace_count("/proc/self/fd");
	int fd;

	make_by_killed_run("kvmleaf-boot-run-shared");
	fd = open(shared, O_RDONLY | O_CLOEXEC);
	g_assert_cmpint(flock(fd, LOCK_SH), ==, 0);
	make_by_killed_run("kvmleaf-boot-run-AbCd12");
	make_by_killed_run("kvmleaf-boot-run-AbCd123");
	make_by_killed_run("kvmleaf-boot-kept-AbCd12");
	make_by_killed_run("other-AbCd12");
	g_free(workplace_write(temporary, "kvmleaf-boot-run-isfile", "x", 1));
	g_assert_cmpint(symlink("other-AbCd12", link), ==, 0);
	folder = scratch_make_kept(NULL);
	g_assert_true(g_str_has_prefix(strrchr(folder, '/'), "/kvmleaf-boot-kept-"));
	g_assert_true(workplace_has(temporary, "kvmleaf-boot-run-AbCd12"));
	scratch_remove(folder);
	g_clear_pointer(&folder, g_free);
	folder = scratch_make(NULL);
	g_assert_false(workplace_has(temporary, "kvmleaf-boot-run-AbCd12"));
	g_assert_true(workplace_has(temporary, "kvmleaf-boot-run-shared"));
	g_assert_true(workplace_has(temporary, "kvmleaf-boot-run-AbCd123"));
	g_assert_true(workplace_has(temporary, "kvmleaf-boot-kept-AbCd12"));
	g_assert_true(workplace_has(temporary, "other-AbCd12"));
	g_assert_true(workplace_has(temporary, "kvmleaf-boot-run-isfile"));
	g_assert_true(workplace_has(temporary, "kvmleaf-boot-run-islink"));
	scratch_remove(folder);
	(void)close(fd);
	g_assert_cmpuint(workplace_count("/proc/self/fd"), ==, open_before);
}

/* Folders that users may have given similar names, such as copies of kvmleaf's source, are not removed. */
static void test_a_persons_own(void)
{
	static const char *const names[] = { "kvmleaf-master", "kvmleaf-v0.1.0", "kvmleaf-backup" };
	g_autofree char *folder = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		make_by_killed_run(names[i]);
	folder = scratch_make(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_true(workplace_has(temporary, names[i]));
	scratch_remove(folder);
}

static gboolean lives_beside_another_run(char *(*make)(GError **error))
{
	g_autofree char *folder = make(NULL), *other = NULL;
	gboolean lives;

	g_assert_nonnull(folder);
	other = scratch_make(NULL);
	lives = g_file_test(folder, G_FILE_TEST_IS_DIR);
	scratch_remove(other);
	scratch_remove(folder);
	return lives;
}

static void test_running_runs(void)
{
	g_assert_true(lives_beside_another_run(scratch_make));
	g_assert_true(lives_beside_another_run(scratch_make_kept));
}

/* Root could remove the folder of another user in a shared /tmp, but leaves it. */
static void test_other_users(void)
{
	g_autofree char *path = g_build_filename(temporary, "kvmleaf-others", NULL);

	make_by_killed_run("kvmleaf-others");
	/* Only root can change the owner of a folder. */
	if (geteuid() == 0) {
		g_assert_cmpint(chown(path, 65534, 65534), ==, 0);
		scratch_sweep(temporary, "kvmleaf-");
		g_assert_true(workplace_has(temporary, "kvmleaf-others"));
		g_assert_cmpint(chown(path, 0, 0), ==, 0);
	}
	scratch_sweep(temporary, "kvmleaf-");
	g_assert_false(workplace_has(temporary, "kvmleaf-others"));
}

static void test_locks(void)
{
	char *folder = workplace_make();
	g_autofree char *file = workplace_write(folder, "file", "x", 1);
	int first = scratch_lock(folder, TRUE), second = scratch_lock(folder, TRUE);
	guint open_before;

	g_assert_true(first >= 0 && second >= 0);
	/* A child process must not inherit the lock. */
	g_assert_cmpint(fcntl(first, F_GETFD), ==, FD_CLOEXEC);
	g_assert_cmpint(scratch_lock(file, TRUE), ==, -1);
	g_assert_cmpint(errno, ==, ENOTDIR);
	open_before = workplace_count("/proc/self/fd");
	g_assert_cmpint(scratch_lock(folder, FALSE), ==, -1);
	g_assert_cmpint(errno, ==, EWOULDBLOCK);
	g_assert_cmpuint(workplace_count("/proc/self/fd"), ==, open_before);
	(void)close(first);
	(void)close(second);
	first = scratch_lock(folder, FALSE);
	g_assert_cmpint(first, >=, 0);
	g_assert_cmpint(scratch_lock(folder, TRUE), ==, -1);
	g_assert_cmpint(errno, ==, EWOULDBLOCK);
	(void)close(first);
	g_assert_cmpint(scratch_lock("/nonexistent/folder", TRUE), ==, -1);
	g_assert_cmpint(errno, ==, ENOENT);
	workplace_remove(folder);
}

static void test_made_at_a_wrong_place(void)
{
	GError *error = NULL;

	g_assert_null(scratch_make_at("/nonexistent/a-XXXXXX", &error));
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/a-XXXXXX: the folder cannot be made: No such file");
	scratch_sweep("/nonexistent", "a-");
	scratch_remove("/nonexistent/folder");
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	temporary = g_build_filename(g_getenv("TMPDIR") ?: "/tmp", "unit-kvmleaf-XXXXXX", NULL);
	g_assert_nonnull(g_mkdtemp(temporary));
	g_assert_true(g_setenv("TMPDIR", temporary, TRUE));
	g_test_add_func("/scratch/made-and-removed", test_made_and_removed);
	g_test_add_func("/scratch/lock-goes-with-the-folder", test_lock_goes_with_the_folder);
	g_test_add_func("/scratch/removed-twice", test_removed_twice);
	g_test_add_func("/scratch/sweeps-in-between", test_sweeps_in_between);
	g_test_add_func("/scratch/no-descriptor-left", test_no_descriptor_left);
	g_test_add_func("/scratch/killed-runs", test_killed_runs);
	g_test_add_func("/scratch/a-persons-own", test_a_persons_own);
	g_test_add_func("/scratch/running-runs", test_running_runs);
	g_test_add_func("/scratch/other-users", test_other_users);
	g_test_add_func("/scratch/locks", test_locks);
	g_test_add_func("/scratch/made-at-a-wrong-place", test_made_at_a_wrong_place);
	status = g_test_run();
	workplace_remove(temporary);
	return status;
}
