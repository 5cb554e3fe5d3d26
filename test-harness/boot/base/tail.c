/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"

int tail_open(const char *path, GError **error)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(errno));
	return fd;
}

void tail_read(int fd, void (*take)(gpointer context, const char *bytes, gsize length), gpointer context)
{
	char buffer[4096];
	ssize_t got;

	while ((got = read(fd, buffer, sizeof(buffer))) > 0 || (got < 0 && errno == EINTR))
		if (got > 0)
			take(context, buffer, (gsize)got);
}
