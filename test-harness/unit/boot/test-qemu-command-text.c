/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's command as text for a shell, the versions of QEMU that are accepted, and the payload disk of a restored
 * guest. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "guest/payload_disk.h"
#include "guest/qemu_command.h"
#include "launcher/payload.h"
#include "qemu/oracle.h"
#include "qemu/qemu_info.h"
#include "unit/fake/workplace.h"

static void test_escape(void)
{
	static const char *const rows[][2] = { { "", "" }, { "/a", "/a" }, { "/a,b", "/a,,b" }, { ",", ",," },
		{ "a,,b,", "a,,,,b,," }, { "a=b c", "a=b c" } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = qemu_escape(rows[i][0]);

		g_assert_cmpstr(text, ==, rows[i][1]);
	}
}

/* A shell that reads the text gets the original words. */
static void test_as_a_shell_takes_it(void)
{
	static const char *const words[] = { "/bin/a b", "it's", "$HOME", "", "a\nb", "\\", "*", "--x=\"y\"" };
	g_autoptr(GPtrArray) command = g_ptr_array_new();
	g_autofree char *text = NULL, *script = NULL, *said = NULL;
	g_autoptr(GString) expected = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_ptr_array_add(command, (gpointer)words[i]);
		g_string_append_printf(expected, "<%s>", words[i]);
	}
	text = qemu_command_text(command);
	g_assert_true(g_str_has_suffix(text, "\n"));
	script = g_strdup_printf("printf '<%%s>' %s", text);
	{
		char *shell[] = { (char *)"sh", (char *)"-c", script, NULL };

		g_assert_true(
			g_spawn_sync(NULL, shell, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &said, NULL, NULL, NULL));
	}
	g_assert_cmpstr(said, ==, expected->str);
}

static void test_tsc(void)
{
	struct guest_spec spec = { .qemu = "q",
		.accel = "kvm",
		.machine = "q35",
		.cpu = "host,tsc-freq=@tsc@,+x",
		.smp = 1,
		.rom = "r",
		.app = "a",
		.arguments = "",
		.folder = "/f" };
	g_autoptr(GPtrArray) command = qemu_command(&spec, GUEST_BOOT, NULL);
	g_autofree char *expected = g_strdup_printf("host,tsc-freq=%" G_GUINT64_FORMAT ",+x", oracle_tsc_hz());

	g_assert_true(g_ptr_array_find_with_equal_func(command, expected, g_str_equal, NULL));
}

static const struct {
	const char *script, *words; /* of the complaint; NULL where this QEMU is accepted */
} qemus[] = {
	{ "echo QEMU emulator version 7.2.19 '(Debian 1:7.2+dfsg-7)'", NULL },
	{ "echo QEMU emulator version 7.0.0", NULL },
	{ "echo QEMU emulator version 10.1.0", NULL },
	{ "echo QEMU emulator version 6.2.0", "too old" },
	{ "echo QEMU emulator version 6.2.0", "QEMU emulator version 6.2.0\"" },
	{ "echo QEMU emulator version one", "too old" },
	{ "echo busybox", "it says \"busybox\"" },
	{ "true", "too old" },
	{ "echo QEMU emulator version 7.2.0; exit 1", "cannot be run" },
	{ "echo QEMU emulator version 7.2.0; kill -9 $$", "cannot be run" },
};

static void test_qemus(void)
{
	char *folder = workplace_make();
	GError *error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(qemus); i++) {
		g_autofree char *script =
			g_strdup_printf("#!/bin/sh\n[ \"$1\" = --version ] || exit 9\n%s\n", qemus[i].script);
		g_autofree char *path = workplace_write(folder, "qemu", script, -1);

		g_assert_cmpint(chmod(path, 0755), ==, 0);
		g_assert_cmpint(qemu_check(path, &error), ==, qemus[i].words == NULL);
		if (qemus[i].words == NULL) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_true(g_str_has_prefix(error->message, path));
		assert_error_says(&error, BOOT_SETUP, qemus[i].words);
	}
	g_assert_false(qemu_check("/nonexistent/qemu", &error));
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/qemu cannot be run");
	workplace_remove(folder);
}

static guint32 number_at(const char *bytes)
{
	const guint8 *b = (const guint8 *)bytes;

	return b[0] | (guint32)b[1] << 8 | (guint32)b[2] << 16 | (guint32)b[3] << 24;
}

/* The layout of launcher/payload.h: magic, two lengths, the arguments; the app from byte 4096 on; zeros up to 1 MiB. */
static void test_payload(void)
{
	static const char app[] = "MZ\0\xff the app";
	char *folder = workplace_make();
	g_autofree char *path = workplace_write(folder, "app.efi", app, sizeof(app)), *disk = NULL;
	g_autofree char *made = g_build_filename(folder, "payload.img", NULL), *longest = g_strnfill(2048, 'x');
	struct guest_spec spec = { .app = path, .folder = folder, .arguments = "--quiet" };
	GError *error = NULL;
	gsize size;

	g_assert_true(payload_write(&spec, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(made, &disk, &size, NULL));
	g_assert_cmpuint(size, ==, 1024 * 1024);
	g_assert_cmpmem(disk, 8, "kvmleaf\0", 8);
	g_assert_cmpuint(number_at(disk + 8), ==, sizeof(app));
	g_assert_cmpuint(number_at(disk + 12), ==, 7);
	g_assert_cmpmem(disk + 16, 8, "--quiet\0", 8);
	g_assert_cmpmem(disk + 4096, sizeof(app), app, sizeof(app));
	for (gsize i = 24; i < size; i++)
		if (i < 4096 || i >= 4096 + sizeof(app))
			g_assert_cmphex(disk[i], ==, 0);
	spec.arguments = longest;
	g_assert_true(payload_write(&spec, &error));
	g_clear_pointer(&disk, g_free);
	g_assert_true(g_file_get_contents(made, &disk, &size, NULL));
	g_assert_cmpuint(number_at(disk + 12), ==, 2048);
	g_assert_cmphex(disk[16 + 2047], ==, 'x');
	g_assert_cmphex(disk[16 + 2048], ==, 0);
	workplace_remove(folder);
}

static void take(gpointer context, const char *bytes, gsize length)
{
	g_string_append_len(context, bytes, (gssize)length);
}

/* Each time only what is new, as far as there is text. Behind it the disk has zeros, or ends. */
static void test_payload_console(void)
{
	static const struct {
		off_t at;
		const char *text, *seen;
	} rows[] = { { 0, "", "" }, { 0, "one", "one" }, { 0, "one", "" }, { 3, " two", " two" }, { 8, "lost", "" },
		{ 7, "-", "-lost" } };
	g_autofree char *folder = g_dir_make_tmp("kvmleaf-XXXXXX", NULL);
	g_autofree char *made = g_build_filename(folder, "payload.img", NULL), *full = g_strnfill(256 * 1024, 'x');
	g_autoptr(GString) seen = g_string_new(NULL);
	int disk = open(made, O_RDWR | O_CREAT, 0600), reader = payload_open(folder, NULL);
	gsize at = 0;

	g_assert_cmpint(disk, >=, 0);
	g_assert_cmpint(reader, >=, 0);
	g_assert_cmpint(ftruncate(disk, 1024 * 1024), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize length = strlen(rows[i].text);

		g_assert_cmpint(pwrite(disk, rows[i].text, length, 768 * 1024 + rows[i].at), ==, (ssize_t)length);
		g_string_truncate(seen, 0);
		payload_read_console(reader, &at, take, seen);
		g_assert_cmpstr(seen->str, ==, rows[i].seen);
	}
	g_assert_cmpint(pwrite(disk, full, 256 * 1024, 768 * 1024), ==, 256 * 1024);
	g_string_truncate(seen, 0);
	payload_read_console(reader, &at, take, seen);
	g_assert_cmpuint(seen->len, ==, 256 * 1024 - strlen("one two-lost"));
	g_assert_cmpint(close(disk) | close(reader) | g_unlink(made) | g_rmdir(folder), ==, 0);
}

static void test_payload_too_large(void)
{
	enum { APP_MAX = 768 * 1024 - 4096 };
	char *folder = workplace_make();
	g_autofree char *app = g_malloc0(APP_MAX + 1), *longer = g_strnfill(2049, 'x');
	g_autofree char *path = workplace_write(folder, "app.efi", app, APP_MAX);
	struct guest_spec spec = { .app = path, .folder = folder, .arguments = "" };
	GError *error = NULL;

	g_assert_true(payload_write(&spec, &error));
	spec.arguments = longer;
	g_assert_false(payload_write(&spec, &error));
	assert_error_says(&error, BOOT_USAGE, "too large");
	spec.arguments = "";
	g_free(workplace_write(folder, "app.efi", app, APP_MAX + 1));
	g_assert_false(payload_write(&spec, &error));
	g_assert_nonnull(strstr(error->message, path));
	assert_error_says(&error, BOOT_USAGE, "too large");
	spec.app = "/nonexistent/app.efi";
	g_assert_false(payload_write(&spec, &error));
	g_assert_nonnull(strstr(error->message, "/nonexistent/app.efi"));
	g_clear_error(&error);
	workplace_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/machine-text/escape", test_escape);
	g_test_add_func("/machine-text/as-a-shell-takes-it", test_as_a_shell_takes_it);
	g_test_add_func("/machine-text/tsc", test_tsc);
	g_test_add_func("/machine-text/qemus", test_qemus);
	g_test_add_func("/payload/written", test_payload);
	g_test_add_func("/payload/console", test_payload_console);
	g_test_add_func("/payload/too-large", test_payload_too_large);
	return g_test_run();
}
