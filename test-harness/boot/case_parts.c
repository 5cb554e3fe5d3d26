/* SPDX-License-Identifier: BSD-2-Clause */
#include "case_parts.h"

#include <string.h>

#include "error.h"

static gboolean find_firmware(const struct boot_case *boot_case, struct case_parts *parts, GError **error)
{
	const char *named = boot_case->firmware;
	gboolean is_pair = named != NULL && strchr(named, ':') != NULL;

	if (named == NULL)
		return TRUE;
	if (is_pair || strcmp(named, "i386") == 0) {
		parts->firmware = firmware_find(is_pair ? named : NULL, is_pair ? "x86_64" : named, error);
		return parts->firmware != NULL;
	}
	parts->rom = g_strdup(named);
	if (g_file_test(named, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "no firmware %s", named);
	return FALSE;
}

static gboolean find_disk(
	const struct settings *settings, const struct boot_case *boot_case, struct case_parts *parts, GError **error)
{
	if (settings->disk != NULL)
		parts->disk = g_strdup(settings->disk);
	else if (boot_case->disk != NULL && strcmp(boot_case->disk, "none") != 0)
		parts->disk = g_path_is_absolute(boot_case->disk)
				      ? g_strdup(boot_case->disk)
				      : g_build_filename(settings->images, boot_case->disk, NULL);
	if (parts->disk == NULL || g_file_test(parts->disk, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_SETUP, "no image %s; 'make images' makes it", parts->disk);
	return FALSE;
}

gboolean case_parts_find(
	const struct settings *settings, const struct boot_case *boot_case, struct case_parts *parts, GError **error)
{
	*parts = (struct case_parts){ 0 };
	if (find_firmware(boot_case, parts, error) && find_disk(settings, boot_case, parts, error))
		return TRUE;
	case_parts_clear(parts);
	return FALSE;
}

void case_parts_clear(struct case_parts *parts)
{
	firmware_free(parts->firmware);
	g_free(parts->rom);
	g_free(parts->disk);
	*parts = (struct case_parts){ 0 };
}
