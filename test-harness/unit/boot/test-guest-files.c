/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that are made in a guest's folder, and those that are read from it. */
#include "guest/guest_files.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/process.h"
#include "guest/capture.h"
#include "unit/fake/fake_run.h"
#include "unit/fake/store.h"

static void test_forget(void)
{
	static const char *const theirs[] = { "command", "serial.log", "qemu.log", "VARS.fd", "report.json", "disk.img",
		"payload.img" };
	g_autofree char *folder = NULL, *file = NULL, *nothing = NULL;
	struct fake_run run;
	GError *error = NULL;

	fake_init(&run);
	folder = fake_path(&run, "guest");
	file = fake_path(&run, "CODE.fd");
	nothing = fake_path(&run, "nothing");
	fake_write(&run, "guest/notes.txt", "the user's", -1);
	for (size_t i = 0; i < G_N_ELEMENTS(theirs); i++) {
		g_autofree char *name = g_build_filename("guest", theirs[i], NULL);

		fake_write(&run, name, "old", -1);
	}
	g_assert_true(guest_files_forget(folder, &error));
	fake_assert_file(&run, "guest/notes.txt", "the user's");
	for (size_t i = 0; i < G_N_ELEMENTS(theirs); i++) {
		g_autofree char *name = g_build_filename("guest", theirs[i], NULL);

		g_assert_false(fake_exists(&run, name));
	}
	g_assert_true(guest_files_forget(nothing, &error));
	g_assert_true(guest_files_forget(
		file, &error)); /* a file in place of the folder is no error here; making the folder will fail later */
	fake_write(&run, "guest/report.json/x", "", 0);
	g_assert_false(guest_files_forget(folder, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_SETUP);
	g_assert_nonnull(strstr(error->message, "/guest/report.json: "));
	g_error_free(error);
	fake_clear(&run);
}

static void test_room(void)
{
	g_autofree char *folder = NULL, *nothing = NULL;
	struct fake_run run;
	GError *error = NULL;

	fake_init(&run);
	folder = fake_path(&run, "x86_64");
	nothing = fake_path(&run, "nothing");
	g_assert_true(guest_files_has_room(folder, &error));
	g_assert_false(fake_exists(&run, "x86_64/room"));
	g_assert_false(guest_files_has_room(nothing, &error));
	g_assert_error(error, BOOT_ERROR, BOOT_SETUP);
	g_assert_nonnull(strstr(error->message, "/nothing/room: No such file or directory"));
	g_error_free(error);
	fake_clear(&run);
}

struct guest_folder {
	struct fake_run run;
	struct firmware firmware;
	struct guest_spec spec;
	char *folder;
};

static void folder_init(struct guest_folder *guest)
{
	fake_init(&guest->run);
	guest->folder = fake_path(&guest->run, "guest");
	g_assert_cmpint(g_mkdir(guest->folder, 0755), ==, 0);
	guest->firmware = (struct firmware){ .code = fake_path(&guest->run, "CODE.fd"),
		.vars = fake_path(&guest->run, "VARS.fd"),
		.vars_format = g_strdup("raw") };
	guest->spec = (struct guest_spec){ .firmware = &guest->firmware,
		.store = STORE_FLASH,
		.stores = TRUE,
		.app = guest->firmware.vars,
		.arguments = "",
		.folder = guest->folder };
}

static void folder_clear(struct guest_folder *guest)
{
	g_free(guest->firmware.code);
	g_free(guest->firmware.vars);
	g_free(guest->firmware.vars_format);
	g_free(guest->folder);
	fake_clear(&guest->run);
}

/* The guest has a copy of the store, in which there is no report. */
static void prepare_and_check(struct guest_folder *guest)
{
	g_autofree char *vars = NULL, *content = NULL;
	struct variable variable;
	GError *error = NULL;
	gsize length;

	g_assert_true(guest_files_prepare(&guest->spec, GUEST_BOOT, &vars, &error));
	g_assert_no_error(error);
	g_assert_true(g_str_has_suffix(vars, "/guest/VARS.fd"));
	g_assert_true(g_file_get_contents(vars, &content, &length, NULL));
	g_assert_cmpuint(length, ==, FAKE_VARS_SIZE);
	g_assert_true(
		store_find((uint8_t *)content, length, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT, &variable));
	g_assert_null(variable.data);
	g_assert_false(fake_exists(&guest->run, "guest/payload.img"));
}

static void test_store(void)
{
	struct guest_folder guest;
	char *vars = NULL;

	folder_init(&guest);
	fake_write_firmware(&guest.run, "{\"old\":1}");
	prepare_and_check(&guest);
	guest.spec.store = STORE_NONE;
	g_assert_true(guest_files_prepare(&guest.spec, GUEST_BOOT, &vars, NULL));
	g_assert_null(vars);
	g_assert_false(fake_exists(&guest.run, "guest/VARS.fd"));
	folder_clear(&guest);
}

/* Fedora ships its stores as qcow2; qemu-img converts them. */
static void test_qcow2_store(void)
{
	const char *convert[] = { "qemu-img", "convert", "-O", "qcow2", NULL, NULL, NULL };
	struct guest_folder guest;
	g_autofree char *packed = NULL;

	folder_init(&guest);
	fake_write_firmware(&guest.run, "{\"old\":1}");
	packed = fake_path(&guest.run, "VARS.qcow2");
	convert[4] = guest.firmware.vars;
	convert[5] = packed;
	g_assert_true(process_run(convert, 60, NULL));
	g_free(guest.firmware.vars);
	guest.firmware.vars = g_steal_pointer(&packed);
	g_free(guest.firmware.vars_format);
	guest.firmware.vars_format = g_strdup("qcow2");
	prepare_and_check(&guest);
	folder_clear(&guest);
}

static void test_missing(void)
{
	struct guest_folder guest;
	g_autofree char *vars = NULL;
	GError *error = NULL;

	folder_init(&guest);
	guest.spec.disk = "/nonexistent/x.img";
	g_assert_false(guest_files_prepare(&guest.spec, GUEST_BOOT, &vars, &error));
	g_assert_nonnull(strstr(error->message, "/nonexistent/x.img"));
	g_clear_error(&error);
	g_clear_pointer(&vars, g_free);
	fake_remove(&guest.run, "VARS.fd");
	g_assert_false(guest_files_prepare(&guest.spec, GUEST_BOOT, &vars, &error));
	g_assert_nonnull(strstr(error->message, "VARS.fd"));
	g_error_free(error);
	folder_clear(&guest);
}

/* The guest gets a copy of its disk that it can write to, even if the original is read-only. */
static void test_disk(void)
{
	struct guest_folder guest;
	g_autofree char *disk = NULL, *copy = NULL, *vars = NULL;
	GStatBuf status;

	folder_init(&guest);
	fake_write(&guest.run, "x.img", "a disk", -1);
	disk = fake_path(&guest.run, "x.img");
	g_assert_cmpint(g_chmod(disk, 0444), ==, 0);
	guest.spec.disk = disk;
	g_assert_true(guest_files_prepare(&guest.spec, GUEST_BOOT, &vars, NULL));
	fake_assert_file(&guest.run, "guest/disk.img", "a disk");
	copy = g_build_filename(guest.folder, "disk.img", NULL);
	g_assert_cmpint(g_stat(copy, &status), ==, 0);
	g_assert_true((status.st_mode & S_IWUSR) != 0); /* access() would always say yes to root */
	folder_clear(&guest);
}

/* A restored guest gets the store of the capture, and its app comes on a payload disk. */
static void test_restored(void)
{
	struct guest_folder guest;
	g_autofree char *vars = NULL, *captured = NULL;
	struct capture capture = { 0 };
	struct store store;

	folder_init(&guest);
	store_init(&store, FAKE_VARS_SIZE);
	(void)store_add_report(&store, ADDED, "{\"old\":1}");
	(void)store_add(&store, ADDED, store_guid, "Captured", "yes");
	fake_write(&guest.run, "captured", (const char *)store.bytes, FAKE_VARS_SIZE);
	captured = fake_path(&guest.run, "captured");
	capture.store = captured;
	guest.spec.capture = &capture;
	g_assert_true(guest_files_prepare(&guest.spec, GUEST_RESTORE, &vars, NULL));
	g_assert_true(fake_exists(&guest.run, "guest/payload.img"));
	g_clear_pointer(&vars, g_free);
	vars = fake_read(&guest.run, "guest/VARS.fd");
	memcpy(store.bytes, vars, FAKE_VARS_SIZE);
	assert_report(&store, NULL);
	g_assert_nonnull(memmem(store.bytes, FAKE_VARS_SIZE, "yes", 3));
	store_clear(&store);
	folder_clear(&guest);
}

/* A report in a store that the app should not have written is noticed, but not taken for the guest's report. */
static void test_unwanted(void)
{
	static const char *const reports[] = { NULL, "{\"old\":1}" };

	for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
		struct guest_result result = { .from_store = FALSE };
		struct guest_folder guest;

		folder_init(&guest);
		fake_write_firmware(&guest.run, reports[i]);
		g_assert_true(guest_files_collect(&guest.spec, guest.firmware.vars, &result, NULL));
		g_assert_cmpint(result.unwanted, ==, reports[i] != NULL);
		g_assert_null(result.report);
		g_assert_null(result.failure);
		folder_clear(&guest);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guest-files/forget", test_forget);
	g_test_add_func("/guest-files/room", test_room);
	g_test_add_func("/guest-files/store", test_store);
	g_test_add_func("/guest-files/unwanted", test_unwanted);
	g_test_add_func("/guest-files/qcow2-store", test_qcow2_store);
	g_test_add_func("/guest-files/missing", test_missing);
	g_test_add_func("/guest-files/disk", test_disk);
	g_test_add_func("/guest-files/restored", test_restored);
	return g_test_run();
}
