/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's firmware descriptors. The input is a descriptor, then a NUL and the bytes of VARS.fd, which may be left out.
 * The folder in which it is looked for has CODE.fd too, whose size makes 2 MiB with a VARS.fd of 128 bytes.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qemu/firmware.h"
#include "fuzz.h"

enum { FLASH_SIZE = 0x200000, VARS_SIZE = 128 };

static char *descriptors;

/* Empty descriptors of the same names hide the descriptors of this machine, as the specification says. */
static void hide(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(descriptors, name, NULL);

		fuzz_write(path, "", 0);
	}
	if (dir != NULL)
		g_dir_close(dir);
}

static void set_up(void)
{
	if (descriptors != NULL)
		return;
	MUST(setenv("XDG_CONFIG_HOME", fuzz_folder(), 1) == 0);
	descriptors = g_build_filename(fuzz_folder(), "qemu", "firmware", NULL);
	MUST(g_mkdir_with_parents(descriptors, 0700) == 0);
	hide("/usr/share/qemu/firmware");
	hide("/etc/qemu/firmware");
}

static void write_in(const char *folder, const char *name, const void *bytes, size_t size)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	fuzz_write(path, bytes, size);
}

/* Names in the input are relative to this folder; those of the fuzzer are relative to where it was started. */
static struct firmware *find_there(const char *option, const char *architecture, GError **error)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct firmware *firmware;

	MUST(here >= 0 && chdir(fuzz_folder()) == 0);
	firmware = firmware_find(option, architecture, NULL, error);
	MUST(fchdir(here) == 0 && close(here) == 0);
	return firmware;
}

static void find(const char *architecture)
{
	GError *error = NULL;
	struct firmware *firmware = find_there(NULL, architecture, &error);

	fuzz_result_or_error(firmware != NULL, error);
	if (firmware == NULL)
		return;
	MUST(*firmware->code != '\0' && *firmware->vars != '\0' && firmware->source != NULL);
	MUST(!firmware->smm || strcmp(architecture, "i386") == 0);
	firmware_free(firmware);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static gboolean has_code;
	const uint8_t *end = memchr(data, '\0', size);
	size_t length = end != NULL ? (size_t)(end - data) : size;
	g_autofree char *code = NULL;

	set_up();
	if (!has_code) {
		code = g_malloc0(FLASH_SIZE - VARS_SIZE);
		write_in(fuzz_folder(), "CODE.fd", code, FLASH_SIZE - VARS_SIZE);
		has_code = TRUE;
	}
	write_in(descriptors, "00-fuzz.json", data, length);
	write_in(fuzz_folder(), "VARS.fd", end != NULL ? end + 1 : data, end != NULL ? size - length - 1 : 0);
	find("x86_64");
	find("i386");
	return 0;
}
