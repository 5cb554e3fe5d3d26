/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

G_DEFINE_QUARK(kvmleaf - boot - error, boot_error)

gboolean usage_error(GError **error, const char *format, ...)
{
	g_autofree char *words = NULL;
	va_list arguments;

	va_start(arguments, format);
	words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, BOOT_ERROR, BOOT_USAGE, words);
	return FALSE;
}
