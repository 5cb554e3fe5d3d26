/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/firmware.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "qemu/varstore.h"

/* CODE and VARS together are the whole flash, which has 2 or 4 MiB in edk2's OvmfPkg. */
enum { FLASH_2M = 0x200000, FLASH_4M = 0x400000 };

void firmware_free(struct firmware *firmware)
{
	if (firmware == NULL)
		return;
	g_free(firmware->code);
	g_free(firmware->vars);
	g_free(firmware->code_format);
	g_free(firmware->vars_format);
	g_free(firmware->source);
	g_free(firmware);
}

static gint compare_names(gconstpointer a, gconstpointer b, gpointer unused)
{
	(void)unused;
	return strcmp(a, b);
}

/* Descriptors by file name. The specification lets a file hide one of the same name in a less specific folder. */
static GTree *collect_descriptors(void)
{
	g_autofree char *user = g_build_filename(g_get_user_config_dir(), "qemu", "firmware", NULL);
	const char *folders[] = { "/usr/share/qemu/firmware", "/etc/qemu/firmware", user };
	GTree *found = g_tree_new_full(compare_names, NULL, g_free, g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_autoptr(GDir) folder = g_dir_open(folders[i], 0, NULL);
		const char *name;

		while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
			if (g_str_has_suffix(name, ".json"))
				g_tree_replace(found, g_strdup(name), g_build_filename(folders[i], name, NULL));
	}
	return found;
}

static gboolean array_has(const json_t *array, const char *wanted)
{
	size_t i;
	json_t *value;

	json_array_foreach (array, i, value)
		if (g_strcmp0(json_string_value(value), wanted) == 0)
			return TRUE;
	return FALSE;
}

/* Descriptors name QEMU machine types by globs over versioned types; q35 is only an alias of the newest of them. */
static gboolean targets_q35(const json_t *targets, const char *architecture)
{
	size_t i, k;
	json_t *target, *machine;

	json_array_foreach (targets, i, target) {
		if (g_strcmp0(json_string_value(json_object_get(target, "architecture")), architecture) != 0)
			continue;
		json_array_foreach (json_object_get(target, "machines"), k, machine)
			if (json_is_string(machine) && g_pattern_match_simple(json_string_value(machine), "pc-q35-7.2"))
				return TRUE;
	}
	return FALSE;
}

/* Whether the features include each wanted one, and none that is listed with a "!" before it. */
static gboolean has_features(const json_t *features, const char *const *wanted)
{
	for (; *wanted != NULL; wanted++) {
		gboolean is_unwanted = **wanted == '!';

		if (array_has(features, *wanted + is_unwanted) == is_unwanted)
			return FALSE;
	}
	return TRUE;
}

static struct firmware *from_descriptor(const char *path, const char *architecture, const char *const *wanted)
{
	json_error_t json_error;
	json_t *root = json_load_file(path, 0, &json_error);
	const json_t *features = json_object_get(root, "features");
	const char *device, *mode = "split", *code, *vars, *code_format = "raw", *vars_format = "raw";
	gboolean smm = array_has(features, "requires-smm");
	struct firmware *firmware = NULL;

	if (json_unpack(root, "{s:{s:s, s?s, s:{s:s, s?s}, s:{s:s, s?s}}}", "mapping", "device", &device, "mode", &mode,
		    "executable", "filename", &code, "format", &code_format, "nvram-template", "filename", &vars,
		    "format", &vars_format) == 0 &&
		strpbrk(code, "\r\n") == NULL && strpbrk(vars, "\r\n") == NULL && strcmp(device, "flash") == 0 &&
		strcmp(mode, "split") == 0 && array_has(json_object_get(root, "interface-types"), "uefi") &&
		targets_q35(json_object_get(root, "targets"), architecture) && has_features(features, wanted)) {
		firmware = g_new0(struct firmware, 1);
		firmware->code = g_strdup(code);
		firmware->vars = g_strdup(vars);
		firmware->code_format = g_strdup(code_format);
		firmware->vars_format = g_strdup(vars_format);
		firmware->smm = smm;
		firmware->source = g_strdup(path);
	}
	json_decref(root);
	return firmware;
}

struct search {
	const char *architecture;
	const char *const *features;
	struct firmware *found;
};

/* An empty file only hides one of the same name: it is no valid JSON, so nothing is taken from it. */
static gboolean take_first(gpointer name, gpointer path, gpointer context)
{
	struct search *search = context;

	(void)name;
	search->found = from_descriptor(path, search->architecture, search->features);
	return search->found != NULL;
}

static struct firmware *from_option(const char *option, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(option, ":", 0);
	struct firmware *firmware;

	if (g_strv_length(parts) != 2 || *parts[0] == '\0' || *parts[1] == '\0') {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--firmware=%s: expected CODE:VARS, two files", option);
		return NULL;
	}
	firmware = g_new0(struct firmware, 1);
	firmware->code = g_strdup(parts[0]);
	firmware->vars = g_strdup(parts[1]);
	firmware->code_format = g_strdup(g_str_has_suffix(parts[0], ".qcow2") ? "qcow2" : "raw");
	firmware->vars_format = g_strdup(g_str_has_suffix(parts[1], ".qcow2") ? "qcow2" : "raw");
	firmware->source = g_strdup("--firmware");
	return firmware;
}

/* With a VARS of the wrong size, firmware faults, or boots and silently keeps its variables in RAM. */
static gboolean check_pair(const struct firmware *firmware, GError **error)
{
	g_autofree char *code = NULL, *vars = NULL;
	gsize code_length, vars_length, volume;
	GError *read_error = NULL;

	if (!g_file_get_contents(firmware->code, &code, &code_length, &read_error) ||
		!g_file_get_contents(firmware->vars, &vars, &vars_length, &read_error)) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP, "firmware named by %s: %s", firmware->source,
			read_error->message);
		g_error_free(read_error);
		return FALSE;
	}
	if (strcmp(firmware->code_format, "raw") != 0 || strcmp(firmware->vars_format, "raw") != 0)
		return TRUE; /* the size of a qcow2 file is not its content's size; QEMU checks these images */
	volume = varstore_size((const uint8_t *)vars, vars_length);
	if (volume == 0 || volume > vars_length) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"%s is not a variable store; --firmware=CODE:VARS names another", firmware->vars);
		return FALSE;
	}
	if (code_length + vars_length != FLASH_2M && code_length + vars_length != FLASH_4M) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"%s and %s do not belong together: %" G_GSIZE_FORMAT " and %" G_GSIZE_FORMAT
			" bytes, which make neither a 2 MiB nor a 4 MiB flash",
			firmware->code, firmware->vars, code_length, vars_length);
		return FALSE;
	}
	return TRUE;
}

static struct firmware *from_descriptors(const char *architecture, char **features, GError **error)
{
	/* Some distributions have only IA32 builds of OVMF that need SMM, so these are allowed to. */
	static const char *const usual[] = { "!enrolled-keys", "!requires-smm", NULL };
	static const char *const usual32[] = { "!enrolled-keys", NULL };
	const char *const *unnamed = strcmp(architecture, "i386") == 0 ? usual32 : usual;
	g_autoptr(GTree) descriptors = collect_descriptors();
	struct search search = { .architecture = architecture,
		.features = features != NULL ? (const char *const *)features : unnamed };
	g_autofree char *list = features != NULL ? g_strjoinv(", ", features) : NULL;

	g_tree_foreach(descriptors, take_first, &search);
	if (search.found == NULL)
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"no UEFI firmware for %s on q35%s%s found by QEMU's firmware descriptors; install OVMF "
			"(package ovmf, ovmf-ia32 or edk2-ovmf), or name it with --firmware=CODE:VARS",
			architecture, list != NULL ? " with the features " : "", list ?: "");
	return search.found;
}

struct firmware *firmware_find(const char *option, const char *architecture, char **features, GError **error)
{
	struct firmware *firmware =
		option != NULL ? from_option(option, error) : from_descriptors(architecture, features, error);

	if (firmware != NULL && !check_pair(firmware, error)) {
		firmware_free(firmware);
		return NULL;
	}
	return firmware;
}
