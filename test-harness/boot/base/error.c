/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

GQuark boot_error_quark(void)
{
	return g_quark_from_static_string("kvmleaf-boot-error");
}

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
