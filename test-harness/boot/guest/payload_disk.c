/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/payload_disk.h"

#include <string.h>

#include "base/error.h"
#include "base/scratch.h"
#include "launcher/payload.h"

gboolean payload_write(const struct guest_spec *spec, GError **error)
{
	g_autofree char *path = g_build_filename(spec->folder, "payload.img", NULL);
	g_autofree char *app = NULL;
	g_autofree char *disk = g_malloc0(PAYLOAD_DISK_SIZE);
	struct payload_header header = { .magic = PAYLOAD_MAGIC };
	gsize app_size, length = strlen(spec->arguments);

	if (!g_file_get_contents(spec->app, &app, &app_size, error))
		return FALSE;
	if (app_size > PAYLOAD_DISK_SIZE - PAYLOAD_APP_OFFSET || length > sizeof(header.arguments)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE,
			"%s and its arguments are too large for a restored guest: %d and %d bytes are the most",
			spec->app, PAYLOAD_DISK_SIZE - PAYLOAD_APP_OFFSET, PAYLOAD_ARGUMENTS_MAX);
		return FALSE;
	}
	header.app_size = GUINT32_TO_LE((guint32)app_size);
	header.arguments_length = GUINT32_TO_LE((guint32)length);
	memcpy(header.arguments, spec->arguments, length);
	memcpy(disk, &header, sizeof(header));
	memcpy(disk + PAYLOAD_APP_OFFSET, app, app_size);
	return scratch_write(path, disk, PAYLOAD_DISK_SIZE, error);
}
