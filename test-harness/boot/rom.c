/* SPDX-License-Identifier: BSD-2-Clause */
#include "rom.h"

#include <string.h>

#include "error.h"
#include "process.h"

/*
 * OVMF looks for a TPM at 0xfed40000 and polls it 50,000 times, since QEMU reads 0 where nothing is mapped and not
 * 0xff. A ROM that reaches down from 4 GiB to below that address, 0xff outside the firmware, ends the search at once.
 */
enum { ROM_SIZE = 0x12c0000 };

static gboolean read_raw(
	const char *path, const char *format, const char *cache, char **ret, gsize *ret_length, GError **error)
{
	g_autofree char *raw = g_build_filename(cache, "convert.raw", NULL);
	const char *convert[] = { "qemu-img", "convert", "-O", "raw", path, raw, NULL };

	if (strcmp(format, "raw") == 0)
		return g_file_get_contents(path, ret, ret_length, error);
	return process_run(convert, error) && g_file_get_contents(raw, ret, ret_length, error);
}

char *rom_make(const struct firmware *firmware, const char *cache, GError **error)
{
	g_autofree char *vars = NULL, *code = NULL, *path = NULL;
	g_autoptr(GByteArray) rom = g_byte_array_new();
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize vars_length, code_length;

	if (g_mkdir_with_parents(cache, 0755) != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: the folder cannot be made", cache);
		return NULL;
	}
	if (!read_raw(firmware->vars, firmware->vars_format, cache, &vars, &vars_length, error) ||
		!read_raw(firmware->code, firmware->code_format, cache, &code, &code_length, error)) {
		return NULL;
	}
	g_checksum_update(checksum, (const guchar *)vars, (gssize)vars_length);
	g_checksum_update(checksum, (const guchar *)code, (gssize)code_length);
	path = g_strdup_printf("%s/rom-%.16s.fd", cache, g_checksum_get_string(checksum));
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&path);
	if (vars_length + code_length > ROM_SIZE) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s is too large for a firmware image", firmware->code);
		return NULL;
	}
	g_byte_array_set_size(rom, ROM_SIZE);
	memset(rom->data, 0xff, ROM_SIZE);
	memcpy(rom->data + ROM_SIZE - code_length - vars_length, vars, vars_length);
	memcpy(rom->data + ROM_SIZE - code_length, code, code_length);
	/* Written aside and renamed by GLib: another run never sees half of it. */
	return g_file_set_contents(path, (const char *)rom->data, ROM_SIZE, error) ? g_steal_pointer(&path) : NULL;
}
