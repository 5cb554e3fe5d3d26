/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/capture.h"

#include <glib/gstdio.h>

#include "base/cache.h"
#include "base/error.h"
#include "guest/qemu_command.h"

enum { RAM, STREAM, VARS };
static const char *const parts[] = { "ram", "stream", "vars", NULL };

struct guest_maker {
	const struct capture_source *source;
	unsigned smp;
};

static struct capture *capture_in(const char *folder)
{
	struct capture *capture = g_new0(struct capture, 1);

	capture->ram = g_build_filename(folder, parts[RAM], NULL);
	capture->stream = g_build_filename(folder, parts[STREAM], NULL);
	capture->vars = g_build_filename(folder, parts[VARS], NULL);
	return capture;
}

void capture_free(struct capture *capture)
{
	if (capture == NULL)
		return;
	g_free(capture->ram);
	g_free(capture->stream);
	g_free(capture->vars);
	g_free(capture);
}

/* Boots the launcher until it stops the guest, and saves the guest in folder. */
static gboolean make(gpointer context, const char *folder, GError **error)
{
	const struct guest_maker *maker = context;
	const struct capture_source *source = maker->source;
	struct capture *capture = capture_in(folder);
	struct guest_spec spec = {
		.qemu = source->qemu,
		.accel = "tcg",
		.machine = "q35",
		.cpu = "qemu64",
		.smp = maker->smp,
		.firmware = source->firmware,
		.flash = TRUE,
		.app = source->launcher,
		.launcher = source->launcher,
		.arguments = "",
		.capture = capture,
		.folder = folder,
		.timeout = source->timeout,
	};
	g_autofree char *store = g_build_filename(folder, "VARS.fd", NULL);
	gboolean made = guest_capture(&spec, error) && g_rename(store, capture->vars) == 0;

	capture_free(capture);
	return made;
}

/* The cache's key, remembered per number of vCPUs: hashing QEMU takes longer than running a restored guest. */
static const char *key_of(const struct capture_source *source, unsigned smp, GError **error)
{
	static GMutex mutex;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	static GHashTable *keys;
	g_autofree char *qemu = g_find_program_in_path(source->qemu);
	g_autofree char *shape = qemu_capture_shape(smp);
	const char *files[] = { qemu, source->firmware->code, source->firmware->vars, source->launcher, NULL };
	char *key;

	if (qemu == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is not in PATH", source->qemu);
		return NULL;
	}
	if (keys == NULL)
		keys = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	key = g_hash_table_lookup(keys, GUINT_TO_POINTER(smp));
	if (key == NULL && (key = cache_key(files, shape, error)) != NULL)
		g_hash_table_insert(keys, GUINT_TO_POINTER(smp), key);
	return key;
}

struct capture *capture_get(const struct capture_source *source, unsigned smp, GError **error)
{
	struct guest_maker maker = { .source = source, .smp = smp };
	struct cache_recipe recipe = {
		.cache = source->cache, .kind = "guest", .parts = parts, .make = make, .context = &maker
	};
	g_autofree char *folder = NULL;
	const char *key;

	if (source->ready != NULL) {
		folder = g_strdup_printf("%s/%u", source->ready, smp);
		return capture_in(folder);
	}
	key = key_of(source, smp, error);
	if (key != NULL)
		folder = cache_get(&recipe, key, error);
	return folder != NULL ? capture_in(folder) : NULL;
}
