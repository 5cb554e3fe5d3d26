/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/capture.h"

#include <glib/gstdio.h>

#include "base/cache.h"
#include "base/error.h"
#include "guest/qemu_command.h"

enum { RAM, STREAM, STORE };
static const char *const parts[] = { "ram", "stream", "store", NULL };

struct guest_maker {
	const struct capture_source *source;
	unsigned smp;
	enum store_kind store;
};

static struct capture *capture_in(const char *folder)
{
	struct capture *capture = g_new0(struct capture, 1);

	capture->ram = g_build_filename(folder, parts[RAM], NULL);
	capture->stream = g_build_filename(folder, parts[STREAM], NULL);
	capture->store = g_build_filename(folder, parts[STORE], NULL);
	return capture;
}

void capture_free(struct capture *capture)
{
	if (capture == NULL)
		return;
	g_free(capture->ram);
	g_free(capture->stream);
	g_free(capture->store);
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
		.store = maker->store,
		.app = source->launcher,
		.launcher = source->launcher,
		.arguments = "",
		.capture = capture,
		.folder = folder,
		.timeout = source->timeout,
	};
	gboolean made = guest_capture(&spec, error);

	capture_free(capture);
	return made;
}

/* The cache's key, remembered by the guest's name: hashing QEMU takes longer than running a restored guest. */
static const char *key_of(const struct capture_source *source, const struct guest_maker *maker, GError **error)
{
	static GMutex mutex;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	static GHashTable *keys;
	g_autofree char *qemu = g_find_program_in_path(source->qemu);
	g_autofree char *name = capture_name(maker->smp, maker->store);
	g_autofree char *shape = qemu_capture_shape(maker->smp, maker->store);
	const char *files[] = { qemu, source->firmware->code, source->firmware->vars, source->launcher, NULL };
	char *key;

	if (qemu == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is not in PATH", source->qemu);
		return NULL;
	}
	if (keys == NULL)
		keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	key = g_hash_table_lookup(keys, name);
	if (key == NULL && (key = cache_key(files, shape, error)) != NULL)
		g_hash_table_insert(keys, g_steal_pointer(&name), key);
	return key;
}

char *capture_name(unsigned smp, enum store_kind store)
{
	return g_strdup_printf("%u-%s", smp, store == STORE_FLASH ? "flash" : "memory");
}

struct capture *capture_get(const struct capture_source *source, unsigned smp, enum store_kind store, GError **error)
{
	struct guest_maker maker = { .source = source, .smp = smp, .store = store };
	struct cache_recipe recipe = {
		.cache = source->cache, .kind = "guest", .parts = parts, .make = make, .context = &maker
	};
	g_autofree char *folder = NULL;
	const char *key;

	if (source->ready != NULL) {
		g_autofree char *name = capture_name(smp, store);

		folder = g_build_filename(source->ready, name, NULL);
		return capture_in(folder);
	}
	key = key_of(source, &maker, error);
	if (key != NULL)
		folder = cache_get(&recipe, key, error);
	return folder != NULL ? capture_in(folder) : NULL;
}
