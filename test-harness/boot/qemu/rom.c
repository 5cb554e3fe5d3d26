/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/rom.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/cache.h"
#include "base/error.h"
#include "base/process.h"
#include "base/scratch.h"

/*
 * The ROM reaches from 4 GiB down to below 0xfed40000, where OVMF looks for a TPM, and is filled with 0xff there, which
 * means no TPM. Unmapped memory reads as 0 in QEMU, for which OVMF would poll the TPM 50,000 times.
 */
enum { ROM_SIZE = 0x12c0000, CONVERT_SECONDS = 60 };

static const char *const parts[] = { "rom.fd", NULL };

/* The content of a firmware image in any format that QEMU reads. A converted copy is left in folder. */
static gboolean read_raw(
	const char *path, const char *format, const char *folder, char **ret, gsize *ret_length, GError **error)
{
	g_autofree char *raw = g_build_filename(folder, "convert.raw", NULL);
	const char *convert[] = { "qemu-img", "convert", "-O", "raw", path, raw, NULL };

	if (strcmp(format, "raw") == 0)
		return g_file_get_contents(path, ret, ret_length, error);
	return process_run(convert, CONVERT_SECONDS, error) && g_file_get_contents(raw, ret, ret_length, error);
}

/* As in flash: the code ends at 4 GiB, and the variable store lies right below it. */
static gboolean make(gpointer context, const char *folder, GError **error)
{
	const struct firmware *firmware = context;
	g_autofree char *vars = NULL, *code = NULL;
	g_autofree char *path = g_build_filename(folder, parts[0], NULL);
	g_autofree char *converted = g_build_filename(folder, "convert.raw", NULL);
	g_autofree char *rom = NULL;
	gsize vars_length, code_length;

	if (!read_raw(firmware->vars, firmware->vars_format, folder, &vars, &vars_length, error) ||
		!read_raw(firmware->code, firmware->code_format, folder, &code, &code_length, error))
		return FALSE;
	(void)g_unlink(converted);
	if (vars_length + code_length > ROM_SIZE) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is too large for a firmware image", firmware->code);
		return FALSE;
	}
	rom = g_malloc(ROM_SIZE);
	memset(rom, 0xff, ROM_SIZE);
	memcpy(rom + ROM_SIZE - code_length - vars_length, vars, vars_length);
	memcpy(rom + ROM_SIZE - code_length, code, code_length);
	return scratch_write(path, rom, ROM_SIZE, error);
}

char *rom_make(const struct firmware *firmware, const char *cache, GError **error)
{
	const char *files[] = { firmware->vars, firmware->code, NULL };
	g_autofree char *shape = g_strdup_printf("rom of %d bytes", ROM_SIZE);
	struct cache_recipe recipe = {
		.cache = cache, .kind = "rom", .parts = parts, .make = make, .context = (gpointer)firmware
	};
	g_autofree char *key = cache_key(files, shape, error);
	g_autofree char *folder = key != NULL ? cache_get(&recipe, key, error) : NULL;

	return folder != NULL ? g_build_filename(folder, parts[0], NULL) : NULL;
}
