/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include <stdio.h>
#include <string.h>

#include "error.h"

static gboolean read_stdin(char **ret_bytes, gsize *ret_length, GError **error)
{
	GString *bytes = g_string_new(NULL);
	char chunk[4096];
	size_t count;

	while ((count = fread(chunk, 1, sizeof(chunk), stdin)) > 0)
		g_string_append_len(bytes, chunk, (gssize)count);
	if (ferror(stdin)) {
		(void)g_string_free(bytes, TRUE);
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "standard input cannot be read");
		return FALSE;
	}
	*ret_length = bytes->len;
	*ret_bytes = g_string_free(bytes, FALSE);
	return TRUE;
}

gboolean input_read(const char *path, char **ret_bytes, gsize *ret_length, GError **error)
{
	if (strcmp(path, "-") == 0)
		return read_stdin(ret_bytes, ret_length, error);
	if (g_file_get_contents(path, ret_bytes, ret_length, error))
		return TRUE;
	(*error)->domain = BOOT_ERROR;
	(*error)->code = BOOT_USAGE;
	return FALSE;
}
