/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/payload_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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
	if (app_size > PAYLOAD_CONSOLE_OFFSET - PAYLOAD_APP_OFFSET || length > sizeof(header.arguments)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE,
			"%s and its arguments are too large for a restored guest: %d and %d bytes are the most",
			spec->app, PAYLOAD_CONSOLE_OFFSET - PAYLOAD_APP_OFFSET, PAYLOAD_ARGUMENTS_MAX);
		return FALSE;
	}
	header.app_size = GUINT32_TO_LE((guint32)app_size);
	header.arguments_length = GUINT32_TO_LE((guint32)length);
	memcpy(header.arguments, spec->arguments, length);
	memcpy(disk, &header, sizeof(header));
	memcpy(disk + PAYLOAD_APP_OFFSET, app, app_size);
	return scratch_write(path, disk, PAYLOAD_DISK_SIZE, error);
}

int payload_open(const char *folder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, "payload.img", NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(errno));
	return fd;
}

void payload_read_console(
	int fd, gsize *at, void (*take)(gpointer context, const char *bytes, gsize length), gpointer context)
{
	char buffer[4096];
	ssize_t got;
	gsize length;

	do {
		got = pread(fd, buffer, sizeof(buffer), (off_t)(PAYLOAD_CONSOLE_OFFSET + *at));
		length = got > 0 ? strnlen(buffer, (gsize)got) : 0;
		if (length > 0)
			take(context, buffer, length);
		*at += length;
	} while (length == sizeof(buffer) || (got < 0 && errno == EINTR));
}
