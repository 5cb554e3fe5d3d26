/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/scratch.h"
#include "qemu/qemu_info.h"

/* The first of these paths, relative to the program, that exists; the last one where none does. */
static char *find_beside(const struct host *host, const char *const *paths)
{
	char *path = NULL;

	for (; *paths != NULL; paths++) {
		g_free(path);
		path = g_build_filename(host->home, *paths, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			break;
	}
	return path;
}

void host_find(struct host *host, const struct options *options)
{
	/* The first of each is for a build tree and for a nested host's job, the second for an installed program. */
	static const char *const apps[] = { "x86_64/kvmleaf.efi", "../share/kvmleaf/kvmleaf.efi", NULL };
	static const char *const launchers[] = { "x86_64/launcher.efi", "../share/kvmleaf/launcher.efi", NULL };
	static const char *const trials[] = { "x86_64/returns.efi", "../share/kvmleaf/returns.efi", NULL };
	static const char *const cases[] = { "../test-harness/cases", "../share/kvmleaf/cases", NULL };
	static const char *const images[] = { "images", "../images/out", NULL };
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

	*host = (struct host){ .inside = options->command == COMMAND_NESTED_JOB };
	host->home = g_path_get_dirname(program != NULL ? program : ".");
	host->qemu = g_strdup(options->qemu != NULL ? options->qemu : "qemu-system-x86_64");
	host->app = options->app != NULL ? g_strdup(options->app) : find_beside(host, apps);
	host->launcher = find_beside(host, launchers);
	host->trial = find_beside(host, trials);
	host->cases = options->cases != NULL ? g_strdup(options->cases) : find_beside(host, cases);
	host->images = find_beside(host, images);
	host->nested = g_build_filename(host->home, "nested", NULL);
	if (host->inside)
		host->captured = g_build_filename(host->home, "captured", NULL);
}

/* Whether files can be made in the folder, tried by making one. FALSE with errno. */
static gboolean can_write(const char *folder)
{
	g_autofree char *probe = g_build_filename(folder, "probe-XXXXXX", NULL);
	int fd = g_mkdir_with_parents(folder, 0755) == 0 ? g_mkstemp(probe) : -1;

	if (fd < 0)
		return FALSE;
	(void)close(fd);
	(void)unlink(probe);
	return TRUE;
}

/*
 * The cache is the folder of --cache, or the first that can be written of the build tree's and the user's, or else a
 * temporary folder, with which every run has to capture its guests again.
 */
gboolean host_find_cache(struct host *host, const struct options *options, GError **error)
{
	g_autofree char *built_app = g_build_filename(host->home, "x86_64/kvmleaf.efi", NULL);
	g_autofree char *built = g_build_filename(host->home, "cache", NULL);
	g_autofree char *user = g_build_filename(g_get_user_cache_dir(), "kvmleaf", NULL);

	if (options->cache != NULL) {
		host->cache = g_strdup(options->cache);
		if (can_write(host->cache))
			return TRUE;
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "--cache=%s: cannot be written: %s", host->cache,
			g_strerror(errno));
		return FALSE;
	}
	if (g_file_test(built_app, G_FILE_TEST_EXISTS) && can_write(built))
		host->cache = g_steal_pointer(&built);
	else if (can_write(user))
		host->cache = g_steal_pointer(&user);
	else
		host->cache = g_strdup(host->run_cache = scratch_make(error));
	return host->cache != NULL;
}

static gboolean find_firmware(struct host *host, const struct options *options, GError **error)
{
	g_autofree char *code = g_build_filename(host->home, "firmware", "CODE.fd", NULL);
	g_autofree char *vars = g_build_filename(host->home, "firmware", "VARS.fd", NULL);
	g_autofree char *pair = g_strconcat(code, ":", vars, NULL);
	gboolean is_given = host->inside && g_file_test(code, G_FILE_TEST_EXISTS);

	host->firmware = firmware_find(is_given ? pair : options->firmware, "x86_64", NULL, error);
	return host->firmware != NULL;
}

gboolean host_find_parts(struct host *host, const struct options *options, GError **error)
{
	const char *needed[] = { host->app, host->launcher, host->trial };

	if (!host->inside && !qemu_check(host->qemu, error))
		return FALSE;
	for (size_t i = 0; i < (host->inside ? 1 : G_N_ELEMENTS(needed)); i++) {
		if (g_file_test(needed[i], G_FILE_TEST_IS_REGULAR))
			continue;
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is not there; 'make all' builds it%s", needed[i],
			i == 0 ? ", --app names another" : "");
		return FALSE;
	}
	if (options->disk != NULL && !g_file_test(options->disk, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--disk=%s: no such file", options->disk);
		return FALSE;
	}
	return find_firmware(host, options, error) && host_find_cache(host, options, error);
}

struct capture_source host_capture_source(const struct host *host, const struct options *options)
{
	return (struct capture_source){
		.qemu = host->qemu,
		.firmware = host->firmware,
		.launcher = host->launcher,
		.cache = host->cache,
		.ready = host->captured,
		.timeout = (unsigned)options->timeout,
	};
}

struct case_places host_case_places(const struct host *host)
{
	return (struct case_places){ .app = host->app, .images = host->images };
}

void host_clear(struct host *host)
{
	char *const strings[] = { host->home, host->qemu, host->app, host->launcher, host->trial, host->cases,
		host->images, host->nested, host->captured, host->cache };

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	if (host->run_cache != NULL)
		scratch_remove(host->run_cache);
	g_free(host->run_cache);
	firmware_free(host->firmware);
}
