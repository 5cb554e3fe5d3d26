/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware as a ROM image: the code ends at 4 GiB, and the variable store is directly below it. */
#include "qemu/rom.h"

#include <glib/gstdio.h>
#include <stdint.h>
#include <unistd.h>

#include "unit/fake/workplace.h"

/* The image ends at 4 GiB and has to cover the TPM's registers at 0xfed40000 (TCG PC Client PTP, 4.2). */
enum { KIB = 1024, CODE = 300 * KIB, VARS = 100 * KIB, ROM_MIN = 0x12c0000 };

/* Two different firmwares, which are filled with different bytes. */
struct input {
	struct firmware firmware;
	char code_byte, vars_byte;
	const char *cache;
};

static char *write_image(const char *folder, const char *name, size_t size, char byte, gboolean qcow2)
{
	g_autofree char *bytes = g_malloc(size), *raw = NULL, *converted = NULL;
	const char *command[] = { "qemu-img", "convert", "-q", "-O", "qcow2", NULL, NULL, NULL };
	int status;

	memset(bytes, byte, size);
	/* Beginning and end of each image are different, so that a wrong order is noticed. */
	bytes[0] = (char)(byte + 1);
	bytes[size - 1] = (char)(byte + 2);
	raw = workplace_write(folder, name, bytes, (gssize)size);
	if (!qcow2)
		return g_steal_pointer(&raw);
	converted = g_strconcat(raw, ".qcow2", NULL);
	command[5] = raw;
	command[6] = converted;
	g_assert_true(
		g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
	return g_steal_pointer(&converted);
}

static void input_init(struct input *input, const char *folder, const char *cache, int number, gboolean qcow2)
{
	g_autofree char *code = g_strdup_printf("CODE-%d", number), *vars = g_strdup_printf("VARS-%d", number);

	*input = (struct input){ .code_byte = (char)(0x10 + 8 * number), .vars_byte = (char)(0x50 + 8 * number) };
	input->cache = cache;
	input->firmware.code = write_image(folder, code, CODE, input->code_byte, qcow2);
	input->firmware.vars = write_image(folder, vars, VARS, input->vars_byte, qcow2);
	input->firmware.code_format = input->firmware.vars_format = (char *)(qcow2 ? "qcow2" : "raw");
}

static void input_clear(struct input *input)
{
	g_free(input->firmware.code);
	g_free(input->firmware.vars);
}

static void assert_filled(const char *bytes, size_t size, char byte)
{
	g_assert_cmphex(bytes[0], ==, (char)(byte + 1));
	g_assert_cmphex(bytes[size - 1], ==, (char)(byte + 2));
	for (size_t i = 1; i < size - 1; i++)
		if (bytes[i] != byte)
			g_error("byte %zu is 0x%02x, not 0x%02x", i, (uint8_t)bytes[i], (uint8_t)byte);
}

static void assert_rom(const struct input *input, const char *path)
{
	g_autofree char *rom = NULL;
	GError *error = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(path, &rom, &size, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(size, >=, ROM_MIN);
	/* QEMU only takes a ROM whose size is a multiple of 64 KiB. */
	g_assert_cmpuint(size % (64 * KIB), ==, 0);
	assert_filled(rom + size - CODE, CODE, input->code_byte);
	assert_filled(rom + size - CODE - VARS, VARS, input->vars_byte);
	for (size_t i = 0; i < size - CODE - VARS; i++)
		g_assert_cmphex((uint8_t)rom[i], ==, 0xff);
}

static void test_layout(void)
{
	char *folder = workplace_make(), *cache = workplace_make();
	g_autofree char *path = NULL, *again = NULL, *kept = NULL;
	GError *error = NULL;
	struct input input;
	struct stat first, second;

	input_init(&input, folder, cache, 0, FALSE);
	path = rom_make(&input.firmware, cache, &error);
	g_assert_no_error(error);
	assert_rom(&input, path);
	g_assert_cmpint(stat(path, &first), ==, 0);
	again = rom_make(&input.firmware, cache, &error);
	g_assert_cmpstr(path, ==, again);
	g_assert_cmpint(stat(path, &second), ==, 0);
	g_assert_cmpuint(first.st_ino, ==, second.st_ino);
	kept = g_path_get_dirname(path);
	g_assert_true(g_str_has_prefix(kept, cache));
	g_assert_cmpuint(workplace_count(cache), ==, 1);
	input_clear(&input);
	workplace_remove(folder);
	workplace_remove(cache);
}

static gpointer make_in_thread(gpointer data)
{
	struct input *input = data;
	GError *error = NULL;
	char *path = rom_make(&input->firmware, input->cache, &error);

	if (path == NULL)
		g_error("%s", error->message);
	return path;
}

/* Several guests ask for a ROM at the same time; the temporary files of one must not get into the ROM of another. */
static void test_converted_at_once(void)
{
	char *folder = workplace_make(), *cache = workplace_make();
	struct input inputs[2];
	GThread *threads[4];

	for (int i = 0; i < 2; i++)
		input_init(&inputs[i], folder, cache, i, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("rom", make_in_thread, &inputs[i % 2]);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
		g_autofree char *path = g_thread_join(threads[i]);
		g_autofree char *kept = g_path_get_dirname(path);

		assert_rom(&inputs[i % 2], path);
		g_assert_false(workplace_has(kept, "convert.raw"));
	}
	g_assert_cmpuint(workplace_count(cache), ==, 2);
	for (int i = 0; i < 2; i++)
		input_clear(&inputs[i]);
	workplace_remove(folder);
	workplace_remove(cache);
}

/* CODE and VARS of different formats. */
static void test_one_converted(void)
{
	for (int i = 0; i < 2; i++) {
		char *folder = workplace_make(), *cache = workplace_make();
		struct input input;
		g_autofree char *path = NULL;

		input_init(&input, folder, cache, 0, FALSE);
		if (i == 0) {
			g_free(input.firmware.code);
			input.firmware.code = write_image(folder, "CODE", CODE, input.code_byte, TRUE);
			input.firmware.code_format = (char *)"qcow2";
		} else {
			g_free(input.firmware.vars);
			input.firmware.vars = write_image(folder, "VARS", VARS, input.vars_byte, TRUE);
			input.firmware.vars_format = (char *)"qcow2";
		}
		path = rom_make(&input.firmware, cache, NULL);
		g_assert_nonnull(path);
		assert_rom(&input, path);
		input_clear(&input);
		workplace_remove(folder);
		workplace_remove(cache);
	}
}

static void test_truncated(void)
{
	char *folder = workplace_make(), *cache = workplace_make();
	g_autofree char *path = NULL, *again = NULL, *in_another_run = g_strconcat(cache, "/.", NULL);
	struct input input;

	input_init(&input, folder, cache, 1, FALSE);
	path = rom_make(&input.firmware, cache, NULL);
	g_assert_nonnull(path);
	g_assert_cmpint(truncate(path, ROM_MIN / 2), ==, 0);
	again = rom_make(&input.firmware, in_another_run, NULL);
	g_assert_nonnull(again);
	assert_rom(&input, path);
	input_clear(&input);
	workplace_remove(folder);
	workplace_remove(cache);
}

/* Changed code or variables make a new ROM, and the old one stays for guests that use it. */
static void test_other_firmware(void)
{
	char *folder = workplace_make(), *cache = workplace_make();
	struct input input;
	g_autofree char *first = NULL, *second = NULL;

	input_init(&input, folder, cache, 0, FALSE);
	first = rom_make(&input.firmware, cache, NULL);
	input.vars_byte = 'v';
	g_free(input.firmware.vars);
	input.firmware.vars = write_image(folder, "VARS-0", VARS, 'v', FALSE);
	second = rom_make(&input.firmware, cache, NULL);
	g_assert_cmpstr(first, !=, second);
	assert_rom(&input, second);
	input_clear(&input);
	workplace_remove(folder);
	workplace_remove(cache);
}

/* Firmware that fills the image completely is good, and one byte more is refused. */
static void test_too_large(void)
{
	char *folder = workplace_make(), *cache = workplace_make();
	struct input input;
	GError *error = NULL;
	g_autofree char *path = NULL;

	input_init(&input, folder, cache, 0, FALSE);
	g_assert_cmpint(truncate(input.firmware.code, ROM_MIN - VARS), ==, 0);
	path = rom_make(&input.firmware, cache, &error);
	g_assert_no_error(error);
	g_assert_cmpint(truncate(input.firmware.code, ROM_MIN - VARS + 1), ==, 0);
	g_assert_null(rom_make(&input.firmware, cache, &error));
	g_assert_nonnull(strstr(error->message, input.firmware.code));
	assert_error_says(&error, BOOT_SETUP, "too large");
	g_assert_cmpuint(workplace_count(cache), ==, 1);
	input_clear(&input);
	workplace_remove(folder);
	workplace_remove(cache);
}

static void test_no_firmware(void)
{
	char *folder = workplace_make(), *cache = workplace_make();
	struct input input;
	GError *error = NULL;
	static const char header[KIB] = "QFI\xfb\0\0\0\3";

	input_init(&input, folder, cache, 0, FALSE);
	input.firmware.code_format = (char *)"qcow2";
	/* A header of version 3 whose clusters have a size of 1 byte: QEMU docs/interop/qcow2.txt wants 512 at least.
	 */
	g_assert_true(g_file_set_contents(input.firmware.code, header, sizeof(header), NULL));
	g_assert_null(rom_make(&input.firmware, cache, &error));
	g_assert_nonnull(strstr(error->message, "qemu-img"));
	g_clear_error(&error);
	(void)g_unlink(input.firmware.code);
	g_assert_null(rom_make(&input.firmware, cache, &error));
	g_assert_nonnull(strstr(error->message, input.firmware.code));
	g_clear_error(&error);
	g_assert_cmpuint(workplace_count(cache), ==, 0);
	input_clear(&input);
	workplace_remove(folder);
	workplace_remove(cache);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rom/layout", test_layout);
	g_test_add_func("/rom/converted-at-once", test_converted_at_once);
	g_test_add_func("/rom/one-converted", test_one_converted);
	g_test_add_func("/rom/truncated", test_truncated);
	g_test_add_func("/rom/other-firmware", test_other_firmware);
	g_test_add_func("/rom/too-large", test_too_large);
	g_test_add_func("/rom/no-firmware", test_no_firmware);
	return g_test_run();
}
