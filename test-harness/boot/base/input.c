/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* The largest valid input, a dump of 4,096 CPUs, has about 30 MiB. */
enum { INPUT_MAX = 64 * 1024 * 1024 };

gboolean input_read(const char *path, char **ret_bytes, gsize *ret_length, GError **error)
{
	gboolean is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	g_autoptr(GString) bytes = g_string_new(NULL);
	char chunk[4096];
	size_t count;
	int reason = file == NULL ? errno : 0;

	while (file != NULL && bytes->len <= INPUT_MAX && (count = fread(chunk, 1, sizeof(chunk), file)) > 0)
		g_string_append_len(bytes, chunk, (gssize)count);
	if (file != NULL && ferror(file))
		reason = errno;
	if (file != NULL && !is_stdin)
		(void)fclose(file);
	if (reason != 0)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: %s", is_stdin ? "standard input" : path,
			g_strerror(reason));
	else if (bytes->len > INPUT_MAX)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: over %d MiB, more than any report, store or dump has",
			is_stdin ? "standard input" : path, INPUT_MAX / 1024 / 1024);
	if (reason != 0 || bytes->len > INPUT_MAX)
		return FALSE;
	*ret_length = bytes->len;
	*ret_bytes = g_string_free(g_steal_pointer(&bytes), FALSE);
	return TRUE;
}
