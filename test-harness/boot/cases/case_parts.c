/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/case_parts.h"

#include <string.h>

#include "base/error.h"

static gboolean find_firmware(const struct boot_case *boot_case, struct case_parts *parts, GError **error)
{
	const char *named = boot_case->firmware;
	gboolean is_pair = named != NULL && strchr(named, ':') != NULL;

	if (named == NULL)
		return TRUE;
	if (strcmp(named, "i386") == 0) {
		parts->firmware = firmware_find(NULL, named, NULL, error);
		return parts->firmware != NULL;
	}
	if (is_pair) {
		GError *reason = NULL;

		parts->firmware = firmware_find(named, "x86_64", NULL, &reason);
		if (reason != NULL)
			g_set_error(error, BOOT_ERROR, BOOT_USAGE, "firmware = %s: %s", named, reason->message);
		g_clear_error(&reason);
		return parts->firmware != NULL;
	}
	parts->rom = g_strdup(named);
	if (g_file_test(named, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "firmware = %s: no such file", named);
	return FALSE;
}

static gboolean find_disk(
	const struct case_places *places, const struct boot_case *boot_case, struct case_parts *parts, GError **error)
{
	if (boot_case->disk != NULL && strcmp(boot_case->disk, "none") != 0)
		parts->disk = g_path_is_absolute(boot_case->disk)
				      ? g_strdup(boot_case->disk)
				      : g_build_filename(places->images, boot_case->disk, NULL);
	if (parts->disk == NULL || g_file_test(parts->disk, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "disk = %s: no file %s; 'make images' makes kvmleaf's own images",
		boot_case->disk, parts->disk);
	return FALSE;
}

/* The path of a case's own app is relative to the folder of the usual app. */
static gboolean find_app(const struct case_places *places, const struct boot_case *boot_case, GError **error)
{
	g_autofree char *beside = g_path_get_dirname(places->app);
	g_autofree char *app = boot_case->app != NULL ? g_build_filename(beside, boot_case->app, NULL) : NULL;

	if (app == NULL || g_file_test(app, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "app = %s: no file %s", boot_case->app, app);
	return FALSE;
}

gboolean case_parts_find(
	const struct case_places *places, const struct boot_case *boot_case, struct case_parts *parts, GError **error)
{
	*parts = (struct case_parts){ 0 };
	if (find_app(places, boot_case, error) && find_firmware(boot_case, parts, error) &&
		find_disk(places, boot_case, parts, error))
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
