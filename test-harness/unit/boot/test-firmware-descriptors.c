/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which firmware is taken by QEMU's descriptors (docs/interop/firmware.json): those of the user stand beside the
 * machine's own, whose files of the same name they hide.
 */
#include "qemu/firmware.h"

#include <glib/gstdio.h>

#include "unit/fake/store.h"
#include "unit/fake/workplace.h"

enum { CODE_4M = 0x400000 - 0x84000, VARS_4M = 0x84000 };

/* What a descriptor says; a change replaces words of it. */
#define DESCRIPTOR                                                                                                     \
	"{\"description\": \"made up\", \"interface-types\": [\"uefi\"], \"mapping\": {\"device\": \"flash\", "        \
	"\"mode\": \"split\", \"executable\": {\"filename\": \"@/CODE.fd\", \"format\": \"raw\"}, "                    \
	"\"nvram-template\": {\"filename\": \"@/VARS.fd\", \"format\": \"raw\"}}, \"targets\": [{\"architecture\": "   \
	"\"x86_64\", \"machines\": [\"pc-i440fx-*\", \"pc-q35-*\"]}], \"features\": [\"acpi-s3\"], \"tags\": []}"

static char *home, *descriptors;

static gboolean is_json(const char *name)
{
	return g_str_has_suffix(name, ".json");
}

/* The machine's own descriptors are hidden, as the specification has it: by an empty file of the same name. */
static void hide(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
		if (is_json(name))
			g_free(workplace_write(descriptors, name, "", 0));
}

static void begin(void)
{
	struct store store;
	g_autofree char *code = g_malloc0(CODE_4M);

	g_assert_cmpint(g_mkdir_with_parents(descriptors, 0755), ==, 0);
	hide("/usr/share/qemu/firmware");
	hide("/etc/qemu/firmware");
	g_free(workplace_write(home, "CODE.fd", code, CODE_4M));
	store_init(&store, VARS_4M);
	g_free(workplace_write(home, "VARS.fd", (char *)store.bytes, VARS_4M));
	store_clear(&store);
}

static void end(void)
{
	char *root = g_strdup(home);

	workplace_remove(root);
	g_assert_cmpint(g_mkdir(home, 0755), ==, 0);
}

/* The descriptor with from in it become to, under that name. */
static void describe(const char *name, const char *from, const char *to)
{
	g_autoptr(GString) text = g_string_new(DESCRIPTOR);

	if (from != NULL && g_string_replace(text, from, to, 0) == 0)
		g_error("%s is not in a descriptor", from);
	(void)g_string_replace(text, "@", home, 0);
	g_free(workplace_write(descriptors, name, text->str, -1));
}

static struct firmware *find(const char *architecture)
{
	GError *error = NULL;
	struct firmware *firmware = firmware_find(NULL, architecture, &error);

	if (firmware == NULL)
		assert_error_says(&error, BOOT_SETUP, "--firmware=CODE:VARS");
	g_assert_no_error(error);
	return firmware;
}

static const struct {
	const char *from, *to, *architecture;
	gboolean taken;
} rows[] = {
	{ NULL, NULL, "x86_64", TRUE },
	{ "\"mode\": \"split\", ", "", "x86_64", TRUE }, /* it may be left out, and is split then */
	{ ", \"format\": \"raw\"", "", "x86_64", TRUE },
	{ "\"pc-q35-*\"", "\"pc-q35-7*\", 7", "x86_64", TRUE },
	{ "\"acpi-s3\"", "\"acpi-s3\", \"secure-boot\"", "x86_64", TRUE },
	{ "\"mode\": \"split\"", "\"mode\": \"combined\"", "x86_64", FALSE },
	{ "\"mode\": \"split\"", "\"mode\": \"stateless\"", "x86_64", FALSE },
	{ "\"device\": \"flash\"", "\"device\": \"memory\"", "x86_64", FALSE },
	{ "\"nvram-template\"", "\"nvram\"", "x86_64", FALSE },
	{ "\"executable\"", "\"program\"", "x86_64", FALSE },
	{ "\"uefi\"", "\"bios\"", "x86_64", FALSE },
	{ "\"pc-q35-*\"", "\"microvm\"", "x86_64", FALSE },
	{ "\"acpi-s3\"", "\"requires-smm\"", "x86_64", FALSE },
	{ "\"acpi-s3\"", "\"enrolled-keys\"", "x86_64", FALSE },
	{ "\"x86_64\"", "\"aarch64\"", "x86_64", FALSE },
	{ "\"x86_64\"", "\"i386\"", "x86_64", FALSE },
	{ NULL, NULL, "i386", FALSE },
	{ "\"x86_64\"", "\"i386\"", "i386", TRUE },
	{ "{\"description\"", "[\"description\"", "x86_64", FALSE },
};

static void test_descriptors(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct firmware *firmware;

		g_test_message("%s becomes %s", rows[i].from, rows[i].to);
		begin();
		describe("50-made-up.json", rows[i].from, rows[i].to);
		firmware = find(rows[i].architecture);
		g_assert_cmpint(firmware != NULL, ==, rows[i].taken);
		if (firmware != NULL) {
			g_assert_true(
				g_str_has_prefix(firmware->code, home) && g_str_has_suffix(firmware->code, "/CODE.fd"));
			g_assert_true(
				g_str_has_prefix(firmware->vars, home) && g_str_has_suffix(firmware->vars, "/VARS.fd"));
			g_assert_cmpstr(firmware->code_format, ==, "raw");
			g_assert_false(firmware->smm);
			g_assert_true(g_str_has_suffix(firmware->source, "/50-made-up.json"));
		}
		firmware_free(firmware);
		end();
	}
}

/* The first by name that serves, whatever the folder lists first; what is no JSON or is called otherwise is passed by.
 */
static void test_order(void)
{
	struct firmware *firmware;

	begin();
	describe("60-b.json", NULL, NULL);
	describe("50-a.json", NULL, NULL);
	describe("40-smm.json", "\"acpi-s3\"", "\"requires-smm\"");
	describe("30-a.json.bak", NULL, NULL);
	g_free(workplace_write(descriptors, "20-a.json", "not JSON", -1));
	firmware = find("x86_64");
	g_assert_nonnull(firmware);
	g_assert_true(g_str_has_suffix(firmware->source, "/50-a.json"));
	firmware_free(firmware);
	g_free(workplace_write(descriptors, "50-a.json", "", 0));
	firmware = find("x86_64");
	g_assert_true(g_str_has_suffix(firmware->source, "/60-b.json"));
	firmware_free(firmware);
	end();
}

/* 32-bit OVMF is there with SMM alone in some distributions. */
static void test_smm(void)
{
	struct firmware *firmware;
	g_autoptr(GString) text = g_string_new(DESCRIPTOR);

	begin();
	(void)g_string_replace(text, "\"x86_64\"", "\"i386\"", 0);
	(void)g_string_replace(text, "\"acpi-s3\"", "\"requires-smm\"", 0);
	(void)g_string_replace(text, "\"format\": \"raw\"", "\"format\": \"qcow2\"", 1);
	(void)g_string_replace(text, "@", home, 0);
	g_free(workplace_write(descriptors, "50-a.json", text->str, -1));
	firmware = find("i386");
	g_assert_nonnull(firmware);
	g_assert_true(firmware->smm);
	g_assert_cmpstr(firmware->code_format, ==, "qcow2");
	g_assert_cmpstr(firmware->vars_format, ==, "raw");
	firmware_free(firmware);
	end();
}

/* A descriptor that names what is not there is an error, and named: the next one might be of another kind. */
static void test_missing_files(void)
{
	GError *error = NULL;

	begin();
	describe("50-a.json", "@/CODE.fd", "/nonexistent/CODE.fd");
	g_assert_null(firmware_find(NULL, "x86_64", &error));
	g_assert_nonnull(strstr(error->message, "50-a.json"));
	assert_error_says(&error, BOOT_SETUP, "/nonexistent/CODE.fd");
	end();
	firmware_free(NULL);
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	home = workplace_make();
	descriptors = g_build_filename(home, "qemu", "firmware", NULL);
	/* Asked for once, by GLib. */
	g_assert_true(g_setenv("XDG_CONFIG_HOME", home, TRUE));
	g_test_add_func("/firmware-descriptors/descriptors", test_descriptors);
	g_test_add_func("/firmware-descriptors/order", test_order);
	g_test_add_func("/firmware-descriptors/smm", test_smm);
	g_test_add_func("/firmware-descriptors/missing-files", test_missing_files);
	status = g_test_run();
	g_free(descriptors);
	workplace_remove(home);
	return status;
}
