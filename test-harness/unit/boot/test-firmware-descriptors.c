/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which firmware is chosen by QEMU's descriptors (docs/interop/firmware.json). Descriptors of the user are added to the
 * machine's own, and replace files of the same name.
 */
#include <glib/gstdio.h>

#include "qemu/firmware.h"
#include "unit/fake/store.h"
#include "unit/fake/workplace.h"

enum { CODE_4M = 0x400000 - 0x84000, VARS_4M = 0x84000 };

/* A descriptor that is chosen. Each test replaces a part of it. */
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

/* Hides this machine's own descriptors, which the specification does by an empty file of the same name. */
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

/* Writes the descriptor under that name, with the text from replaced by to. */
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
	struct firmware *firmware = firmware_find(NULL, architecture, NULL, &error);

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
	{ "\"mode\": \"split\", ", "", "x86_64", TRUE }, /* the specification makes split the default */
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

/* The first suitable descriptor in the order of the names is taken; files that are not JSON or have another suffix are
 * skipped.
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

/* Some distributions have 32-bit OVMF only with SMM, so SMM does not exclude it. */
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

/* Each of these words: a feature that firmware must have or, after "!", must not have. Names: firmware.json. */
static const struct {
	const char *features; /* separated by commas; NULL for the usual choice */
	const char *source;   /* the descriptor that must be taken; NULL for none */
} wanted[] = {
	{ NULL, "40-plain.json" },
	{ "secure-boot", "10-enrolled.json" },
	{ "secure-boot,!enrolled-keys", "20-secure.json" },
	{ "secure-boot,enrolled-keys", "10-enrolled.json" },
	{ "!secure-boot", "30-smm.json" },
	{ "!secure-boot,!requires-smm", "40-plain.json" },
	{ "requires-smm,!secure-boot", "30-smm.json" },
	{ "!acpi-s3", NULL },
	{ "secure-boot,!secure-boot", NULL },
	{ "amd-sev", NULL },
	{ "!amd-sev", "10-enrolled.json" },
	{ "secure", NULL },
};

static void test_features(void)
{
	begin();
	describe(
		"10-enrolled.json", "\"acpi-s3\"", "\"acpi-s3\", \"requires-smm\", \"secure-boot\", \"enrolled-keys\"");
	describe("20-secure.json", "\"acpi-s3\"", "\"secure-boot\", \"acpi-s3\", \"requires-smm\"");
	describe("30-smm.json", "\"acpi-s3\"", "\"acpi-s3\", \"requires-smm\"");
	describe("40-plain.json", NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_auto(GStrv) features = wanted[i].features != NULL ? g_strsplit(wanted[i].features, ",", 0) : NULL;
		GError *error = NULL;
		struct firmware *firmware = firmware_find(NULL, "x86_64", features, &error);

		g_test_message("%s", wanted[i].features);
		if (wanted[i].source == NULL) {
			g_autofree char *list = g_strjoinv(", ", features);

			g_assert_null(firmware);
			assert_error_says(&error, BOOT_SETUP, list);
			continue;
		}
		g_assert_no_error(error);
		g_assert_true(g_str_has_suffix(firmware->source, wanted[i].source));
		g_assert_cmpint(firmware->smm, ==, strcmp(wanted[i].source, "40-plain.json") != 0);
		firmware_free(firmware);
	}
	end();
}

/* The features and the architecture are looked for together. */
static void test_features_of_architecture(void)
{
	g_auto(GStrv) features = g_strsplit("acpi-s3", ",", 0);
	struct firmware *firmware;

	begin();
	describe("10-x64.json", NULL, NULL);
	describe("20-ia32.json", "\"x86_64\"", "\"i386\"");
	firmware = firmware_find(NULL, "i386", features, NULL);
	g_assert_nonnull(firmware);
	g_assert_true(g_str_has_suffix(firmware->source, "/20-ia32.json"));
	firmware_free(firmware);
	end();
}

/* A descriptor that names a missing file is an error that names the descriptor; the next descriptor may be of another
 * kind and is not taken. */
static void test_missing_files(void)
{
	GError *error = NULL;

	begin();
	describe("50-a.json", "@/CODE.fd", "/nonexistent/CODE.fd");
	g_assert_null(firmware_find(NULL, "x86_64", NULL, &error));
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
	/* GLib reads this variable only once. */
	g_assert_true(g_setenv("XDG_CONFIG_HOME", home, TRUE));
	g_test_add_func("/firmware-descriptors/descriptors", test_descriptors);
	g_test_add_func("/firmware-descriptors/order", test_order);
	g_test_add_func("/firmware-descriptors/smm", test_smm);
	g_test_add_func("/firmware-descriptors/features", test_features);
	g_test_add_func("/firmware-descriptors/features-of-architecture", test_features_of_architecture);
	g_test_add_func("/firmware-descriptors/missing-files", test_missing_files);
	status = g_test_run();
	g_free(descriptors);
	workplace_remove(home);
	return status;
}
