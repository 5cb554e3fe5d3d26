/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "qemu/libvirt.h"
#include "guest/qemu_command.h"
#include "options.h"
#include "base/scratch.h"

static gboolean parse_shard(struct settings *settings, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(settings->shard != NULL ? settings->shard : "1/1", "/", 0);
	guint64 index, count;

	if (g_strv_length(parts) != 2 || !g_ascii_string_to_unsigned(parts[1], 10, 1, 10000, &count, NULL) ||
		!g_ascii_string_to_unsigned(parts[0], 10, 1, count, &index, NULL)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--shard=%s: expected K/N, K from 1 to N", settings->shard);
		return FALSE;
	}
	settings->shard_index = (unsigned)index - 1;
	settings->shard_count = (unsigned)count;
	return TRUE;
}

/* The first of these paths, relative to the program, that exists; the last one where none does. */
static char *find_beside(const struct settings *settings, const char *const *paths)
{
	char *path = NULL;

	for (; *paths != NULL; paths++) {
		g_free(path);
		path = g_build_filename(settings->home, *paths, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			break;
	}
	return path;
}

static void find_paths(struct settings *settings)
{
	/* In a build tree, in the nested host's job, installed. */
	static const char *const apps[] = { "x86_64/kvmleaf.efi", "../share/kvmleaf/kvmleaf.efi", NULL };
	static const char *const launchers[] = { "x86_64/launcher.efi", "../share/kvmleaf/launcher.efi", NULL };
	static const char *const cases[] = { "../test-harness/cases", "cases", "../share/kvmleaf/cases", NULL };
	static const char *const images[] = { "images", "../images/out", NULL };
	static const char *const trials[] = { "x86_64/returns.efi", "../share/kvmleaf/returns.efi", NULL };
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

	settings->home = g_path_get_dirname(program != NULL ? program : ".");
	if (settings->app == NULL)
		settings->app = find_beside(settings, apps);
	settings->launcher = find_beside(settings, launchers);
	settings->trial = find_beside(settings, trials);
	if (settings->cases == NULL)
		settings->cases = find_beside(settings, cases);
	settings->nested = g_build_filename(settings->home, "nested", NULL);
	settings->images = find_beside(settings, images);
}

/* A domain stands for --accel, --machine, --cpu and --smp. */
static gboolean take_domain(struct settings *settings, GError **error)
{
	struct libvirt_domain *domain;
	gboolean good;

	if (settings->libvirt == NULL)
		return TRUE;
	domain = libvirt_load(settings->libvirt, error);
	if (domain == NULL)
		return FALSE;
	settings->machine = g_strdup(domain->machine);
	settings->cpu = g_strdup(domain->cpu);
	settings->smp = (int)domain->vcpus;
	good = strcmp(domain->accel, "tcg") != 0 || settings->accel == NULL || strcmp(settings->accel, "tcg") == 0;
	if (!good)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--accel=%s: not with this domain, whose type is qemu",
			settings->accel);
	if (strcmp(domain->accel, "tcg") == 0 && settings->accel == NULL)
		settings->accel = g_strdup(domain->accel);
	libvirt_domain_free(domain);
	return good;
}

gboolean settings_parse(struct settings *settings, int argc, char **argv, GError **error)
{
	*settings = (struct settings){ 0 };
	if (!options_parse(settings, argc, argv, error))
		return FALSE;
	if (settings->qemu == NULL)
		settings->qemu = g_strdup("qemu-system-x86_64");
	if (settings->unknown == NULL)
		settings->unknown = g_strdup("");
	if (settings->random > 0 && settings->globs == NULL && settings->rerun == NULL)
		settings->globs = g_strsplit("random-*", " ", 0);
	settings->inside = g_getenv("KVMLEAF_NESTED_HOST") != NULL;
	settings->own_cases = settings->cases != NULL;
	find_paths(settings);
	if (!parse_shard(settings, error) || !take_domain(settings, error))
		return FALSE;
	if (settings->accel == NULL)
		settings->accel = g_strdup("auto");
	return TRUE;
}

/* Whether files can be made there, which is found out by making one: errno says why not. */
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

/* The user's; that of the build tree; the user's own; at last one that goes with the run, which costs a cold boot. */
static gboolean find_cache(struct settings *settings, GError **error)
{
	g_autofree char *built_app = g_build_filename(settings->home, "x86_64/kvmleaf.efi", NULL);
	g_autofree char *built = g_build_filename(settings->home, "cache", NULL);
	g_autofree char *user = g_build_filename(g_get_user_cache_dir(), "kvmleaf", NULL);

	if (settings->cache != NULL) {
		if (can_write(settings->cache))
			return TRUE;
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "--cache=%s: cannot be written: %s", settings->cache,
			g_strerror(errno));
		return FALSE;
	}
	if (g_file_test(built_app, G_FILE_TEST_EXISTS) && can_write(built))
		settings->cache = g_steal_pointer(&built);
	else if (can_write(user))
		settings->cache = g_steal_pointer(&user);
	else
		settings->cache = g_strdup(settings->own_cache = scratch_make(error));
	return settings->cache != NULL;
}

gboolean settings_find_parts(struct settings *settings, GError **error)
{
	const char *needed[] = { settings->app, settings->launcher, settings->trial };

	if (!settings->inside && !qemu_check(settings->qemu, error))
		return FALSE;
	for (size_t i = 0; i < (settings->inside ? 1 : G_N_ELEMENTS(needed)); i++) {
		if (g_file_test(needed[i], G_FILE_TEST_IS_REGULAR))
			continue;
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is not there; 'make all' builds it%s", needed[i],
			i == 0 ? ", --app names another" : "");
		return FALSE;
	}
	if (settings->disk != NULL && !g_file_test(settings->disk, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--disk=%s: no such file", settings->disk);
		return FALSE;
	}
	settings->firmware = firmware_find(settings->firmware_option, "x86_64", error);
	return settings->firmware != NULL && find_cache(settings, error);
}

void settings_clear(struct settings *settings)
{
	char *const strings[] = { settings->accel, settings->qemu, settings->firmware_option, settings->app,
		settings->launcher, settings->trial, settings->disk, settings->cpu, settings->cases, settings->cache,
		settings->nested, settings->images, settings->captured, settings->unknown, settings->junit,
		settings->rerun, settings->shard, settings->machine, settings->require, settings->forbid,
		settings->libvirt, settings->out, settings->read, settings->decode, settings->diff, settings->diff_with,
		settings->home };

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	if (settings->own_cache != NULL)
		scratch_remove(settings->own_cache);
	g_free(settings->own_cache);
	g_strfreev(settings->globs);
	g_strfreev(settings->arguments);
	firmware_free(settings->firmware);
}
