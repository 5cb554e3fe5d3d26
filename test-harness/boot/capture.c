/* SPDX-License-Identifier: BSD-2-Clause */
#include "capture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "machine.h"
#include "scratch.h"

static const char *const parts[] = { "ram", "stream", "vars" };
enum { RAM, STREAM, VARS };

/* What a capture is valid for, hashed: the files themselves, and the command line apart from this machine's paths. */
static char *capture_key(const struct settings *settings, unsigned smp, GError **error)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *qemu = g_find_program_in_path(settings->qemu);
	const char *files[] = { qemu, settings->firmware->code, settings->firmware->vars, settings->launcher };
	g_autofree char *shape = machine_capture_shape(smp);

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GMappedFile) file = g_mapped_file_new(files[i] != NULL ? files[i] : "", FALSE, error);

		if (file == NULL)
			return NULL;
		g_checksum_update(checksum, (const guchar *)g_mapped_file_get_contents(file),
			(gssize)g_mapped_file_get_length(file));
	}
	g_checksum_update(checksum, (const guchar *)shape, -1);
	return g_strndup(g_checksum_get_string(checksum), 16);
}

/* A memory file is mostly holes: only what was written is hashed, with its place. */
static gboolean add_file(GChecksum *checksum, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean good = fd >= 0;
	off_t start = 0;

	while (good && (start = lseek(fd, start, SEEK_DATA)) >= 0) {
		char buffer[65536];
		off_t end = lseek(fd, start, SEEK_HOLE);

		g_checksum_update(checksum, (const guchar *)&start, sizeof(start));
		while (good && start < end) {
			ssize_t got = pread(fd, buffer, MIN(sizeof(buffer), (size_t)(end - start)), start);

			good = got > 0;
			g_checksum_update(checksum, (const guchar *)buffer, MAX(got, 0));
			start += got;
		}
	}
	if (fd >= 0)
		(void)close(fd);
	return good;
}

/* The sum over all parts; NULL when one cannot be read. */
static char *content_sum(const char *folder)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_MD5);

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_build_filename(folder, parts[i], NULL);

		if (!add_file(checksum, path))
			return NULL;
	}
	return g_strdup(g_checksum_get_string(checksum));
}

static gboolean is_sound(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "sum", NULL);
	g_autofree char *recorded = NULL, *actual = NULL;

	if (!g_file_get_contents(path, &recorded, NULL, NULL))
		return FALSE;
	actual = content_sum(folder);
	return g_strcmp0(recorded, actual) == 0;
}

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

/* Boots the launcher to its stop and takes the machine down to disk. */
static gboolean make(const struct settings *settings, unsigned smp, const char *folder, GError **error)
{
	struct capture *capture = capture_in(folder);
	struct guest_spec spec = {
		.qemu = settings->qemu,
		.accel = "tcg",
		.machine = "q35",
		.cpu = "qemu64",
		.smp = smp,
		.firmware = settings->firmware,
		.flash = TRUE,
		.app = settings->launcher,
		.launcher = settings->launcher,
		.arguments = "",
		.capture = capture,
		.folder = folder,
		.timeout = (unsigned)settings->timeout,
	};
	g_autofree char *store = g_build_filename(folder, "VARS.fd", NULL);
	g_autofree char *sum_path = g_build_filename(folder, "sum", NULL);
	g_autofree char *sum = NULL;
	gboolean made = guest_capture(&spec, error) && g_rename(store, capture->vars) == 0;

	if (made && (sum = content_sum(folder)) != NULL)
		made = g_file_set_contents(sum_path, sum, -1, error);
	capture_free(capture);
	return made && sum != NULL;
}

/* Made aside and renamed: another run never sees half a capture. The damaged one makes way. */
static gboolean make_aside(const struct settings *settings, unsigned smp, const char *folder, GError **error)
{
	g_autofree char *aside = g_strdup_printf("%s.%d", folder, (int)getpid());
	gboolean made;

	if (g_mkdir_with_parents(aside, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made", aside);
		return FALSE;
	}
	made = make(settings, smp, aside, error);
	if (!made && error != NULL && *error == NULL)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "the captured guest could not be kept in %s", aside);
	if (made) {
		scratch_remove(folder);
		made = g_rename(aside, folder) == 0;
	}
	scratch_remove(aside);
	return made || is_sound(folder); /* another run may have been faster */
}

/* Looked at once a run: hashing a guest's memory costs more than restoring it. */
static gboolean is_ready(const char *folder)
{
	static GHashTable *known;

	if (known == NULL)
		known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (g_hash_table_contains(known, folder))
		return TRUE;
	if (!is_sound(folder))
		return FALSE;
	g_hash_table_add(known, g_strdup(folder));
	return TRUE;
}

struct capture *capture_get(const struct settings *settings, unsigned smp, GError **error)
{
	static GMutex mutex; /* one thread makes it, the others wait for it */
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	static GHashTable *keys; /* by vCPUs; hashing QEMU takes longer than running a restored guest */
	const char *key;
	g_autofree char *folder = NULL;

	if (settings->captured != NULL) {
		folder = g_strdup_printf("%s/%u", settings->captured, smp);
		return capture_in(folder);
	}
	if (keys == NULL)
		keys = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	key = g_hash_table_lookup(keys, GUINT_TO_POINTER(smp));
	if (key == NULL) {
		char *made = capture_key(settings, smp, error);

		if (made == NULL)
			return NULL;
		g_hash_table_insert(keys, GUINT_TO_POINTER(smp), made);
		key = made;
	}
	folder = g_strdup_printf("%s/guest-%s", settings->cache, key);
	if (!is_ready(folder) && !make_aside(settings, smp, folder, error))
		return NULL;
	return capture_in(folder);
}
