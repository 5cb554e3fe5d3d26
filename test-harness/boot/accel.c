/* SPDX-License-Identifier: BSD-2-Clause */
#include "accel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "error.h"
#include "guest.h"
#include "nested.h"
#include "rom.h"
#include "scratch.h"

enum { TRIAL_SECONDS = 30 };

/* What the answer depends on. */
static char *trial_key(const struct settings *settings)
{
	g_autofree char *qemu = g_find_program_in_path(settings->qemu);
	const char *files[] = { qemu, settings->firmware->code, "/dev/kvm" };
	struct utsname kernel = { 0 };
	GString *key = g_string_new(NULL);

	(void)uname(&kernel);
	g_string_append_printf(key, "%s %s", kernel.release, kernel.version);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		struct stat status = { 0 };

		if (files[i] != NULL)
			(void)stat(files[i], &status);
		g_string_append_printf(key, " %s:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, files[i],
			(gint64)status.st_size, (gint64)status.st_mtime);
	}
	return g_string_free(key, FALSE);
}

/* Opening proves nothing: a KVM may open, take a guest, and fail at its first instructions. */
static gboolean try_kvm(const struct settings *settings, char **ret_why)
{
	g_autofree char *folder = scratch_make(NULL);
	g_autofree char *rom = rom_make(settings->firmware, settings->cache, NULL);
	struct guest_spec spec = {
		.qemu = settings->qemu,
		.accel = "kvm",
		.machine = "q35",
		.cpu = "host",
		.smp = 1,
		.firmware = settings->firmware,
		.rom = rom,
		.app = settings->app,
		.arguments = "--exit=qemu --quiet --no-variable",
		.folder = folder,
		.timeout = TRIAL_SECONDS,
	};
	struct guest_result result;
	GError *error = NULL;
	gboolean works;

	if (folder == NULL || rom == NULL || !guest_run(&spec, &result, &error)) {
		*ret_why = g_strdup(error != NULL ? error->message : "no scratch folder or firmware image");
		g_clear_error(&error);
		return FALSE;
	}
	works = result.failure == NULL && result.console.end != NULL;
	*ret_why = works ? NULL : g_strdup(result.failure ?: "the app never came to its end");
	guest_result_clear(&result);
	scratch_remove(folder);
	return works;
}

/*
 * Whether firmware really boots on this machine's KVM: tried once with the app itself, and the answer kept in the
 * cache for as long as kernel, QEMU and firmware stay what they were. The reason why not is in ret_why.
 */
static gboolean kvm_works(const struct settings *settings, char **ret_why)
{
	g_autofree char *path = g_build_filename(settings->cache, "kvm-trial", NULL);
	g_autoptr(GKeyFile) record = g_key_file_new();
	g_autofree char *key = NULL, *recorded = NULL;
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	gboolean works;

	*ret_why = NULL;
	if (fd < 0) {
		*ret_why = g_strdup_printf("/dev/kvm: %s", g_strerror(errno));
		return FALSE;
	}
	(void)close(fd);
	key = trial_key(settings);
	if (g_key_file_load_from_file(record, path, G_KEY_FILE_NONE, NULL))
		recorded = g_key_file_get_string(record, "trial", "key", NULL);
	if (g_strcmp0(recorded, key) == 0) {
		*ret_why = g_key_file_get_string(record, "trial", "why", NULL);
		return g_key_file_get_boolean(record, "trial", "works", NULL);
	}
	works = try_kvm(settings, ret_why);
	g_key_file_set_string(record, "trial", "key", key);
	g_key_file_set_boolean(record, "trial", "works", works);
	if (*ret_why != NULL)
		g_key_file_set_string(record, "trial", "why", *ret_why);
	(void)g_key_file_save_to_file(record, path, NULL); /* without it the next run tries again */
	return works;
}

const char *accel_resolve(const struct settings *settings, GError **error)
{
	g_autofree char *why = NULL;

	if (strcmp(settings->accel, "tcg") == 0)
		return "tcg";
	if (settings->inside)
		return "kvm";
	if (strcmp(settings->accel, "nested") != 0 && kvm_works(settings, &why))
		return "kvm";
	if (strcmp(settings->accel, "kvm") == 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"KVM cannot be used here (%s); --accel=nested brings its own", why);
		return NULL;
	}
	return "nested";
}
