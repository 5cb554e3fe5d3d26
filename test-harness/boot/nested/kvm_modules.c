/* SPDX-License-Identifier: BSD-2-Clause */
#include "nested/kvm_modules.h"

#include <string.h>

#include "base/error.h"
#include "base/process.h"
#include "cases/kvm_parameters.h"

enum { LOAD_SECONDS = 60 };

static gboolean is_loaded(const struct kvm_modules_state *state, const struct kvm_module *module)
{
	g_autofree char *path = g_build_filename(state->loaded, module->name, NULL);

	return g_file_test(path, G_FILE_TEST_IS_DIR);
}

static gboolean unload(const struct kvm_modules_state *state, GError **error)
{
	for (size_t i = KVM_MODULES; i-- > 0;) {
		const char *command[] = { "rmmod", kvm_modules[i].name, NULL };

		if (is_loaded(state, &kvm_modules[i]) && !process_run(command, LOAD_SECONDS, error))
			return FALSE;
	}
	return TRUE;
}

static void add_words(GPtrArray *command, const struct kvm_module *module, char **words)
{
	for (; *words != NULL; words++)
		if (kvm_parameter_module(*words) == module)
			g_ptr_array_add(command, strchr(*words, '.') + 1);
}

/* The parameters of the host's start come first: of several values the kernel takes the last. */
static gboolean load_one(const struct kvm_modules_state *state, const struct kvm_module *module, const char *file,
	char **words, GError **error)
{
	g_autofree char *path = g_build_filename(state->files, "parameters", NULL);
	g_autofree char *usual = NULL;
	g_auto(GStrv) usual_words = NULL;
	g_autoptr(GPtrArray) command = g_ptr_array_new();

	if (g_file_get_contents(path, &usual, NULL, NULL))
		usual_words = g_strsplit(usual, "\n", 0);
	g_ptr_array_add(command, (gpointer) "insmod");
	g_ptr_array_add(command, (gpointer)file);
	if (usual_words != NULL)
		add_words(command, module, usual_words);
	add_words(command, module, words);
	g_ptr_array_add(command, NULL);
	return process_run((const char *const *)command->pdata, LOAD_SECONDS, error);
}

/* A host has the files of kvm and of the module for its CPU's maker. */
static gboolean load(const struct kvm_modules_state *state, char **words, GError **error)
{
	for (size_t i = 0; i < KVM_MODULES; i++) {
		g_autofree char *file = g_build_filename(state->files, kvm_modules[i].file, NULL);

		if (g_file_test(file, G_FILE_TEST_IS_REGULAR) && !load_one(state, &kvm_modules[i], file, words, error))
			return FALSE;
	}
	return TRUE;
}

/* The kernel shows a truth value as Y or N, and also accepts 1 and 0 for it. */
static gboolean means_on(const char *given)
{
	return g_ascii_strcasecmp(given, "y") == 0 || strcmp(given, "1") == 0;
}

static gboolean is_same_value(const char *shown, const char *given)
{
	gboolean off = g_ascii_strcasecmp(given, "n") == 0 || strcmp(given, "0") == 0;

	return strcmp(shown, given) == 0 || (means_on(given) && strcmp(shown, "Y") == 0) ||
	       (off && strcmp(shown, "N") == 0);
}

/* The value that the kernel shows for that parameter, to be freed; NULL where it shows none. */
static char *read_parameter(const struct kvm_modules_state *state, const struct kvm_module *module, const char *name)
{
	g_autofree char *path = g_build_filename(state->loaded, module->name, "parameters", name, NULL);
	char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? g_strstrip(text) : NULL;
}

/* The kernel also loads a module with a parameter that it does not know, and clears one that the CPU does not support.
 */
static gboolean has_taken(const struct kvm_modules_state *state, const char *word, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(strchr(word, '.') + 1, "=", 2);
	g_autofree char *shown = read_parameter(state, kvm_parameter_module(word), parts[0]);

	if (shown != NULL && is_same_value(shown, parts[1]))
		return TRUE;
	if (shown != NULL && means_on(parts[1]) && strcmp(shown, "N") == 0) {
		g_set_error(error, BOOT_ERROR, BOOT_LACKS, "the nested host's CPU does not support %s", word);
		return FALSE;
	}
	g_set_error(error, BOOT_ERROR, BOOT_FAILED, "kvm-parameters: %s was given, and the nested host's kernel has %s",
		word, shown ?: "no such parameter");
	return FALSE;
}

static gboolean load_anew(const struct kvm_modules_state *state, char **words, GError **error)
{
	GError *reason = NULL;

	if (!unload(state, &reason) || !load(state, words, &reason)) {
		g_set_error(error, BOOT_ERROR, BOOT_FAILED,
			"kvm-parameters: the nested host's KVM modules cannot be loaded anew: %s", reason->message);
		g_error_free(reason);
		return FALSE;
	}
	for (; *words != NULL; words++)
		if (**words != '\0' && !has_taken(state, *words, error))
			return FALSE;
	return TRUE;
}

gboolean kvm_modules_set(struct kvm_modules_state *state, const char *parameters, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(parameters != NULL ? parameters : "", " \t", 0);

	if (g_strcmp0(state->parameters, parameters) == 0 && !state->failed)
		return TRUE;
	g_free(state->parameters);
	state->parameters = g_strdup(parameters);
	state->failed = !load_anew(state, words, error);
	return !state->failed;
}

static gint compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_parameters(const struct kvm_modules_state *state, const struct kvm_module *module, GPtrArray *lines)
{
	g_autofree char *folder = g_build_filename(state->loaded, module->name, "parameters", NULL);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *value = read_parameter(state, module, name);

		if (value != NULL)
			g_ptr_array_add(lines, g_strdup_printf("%s.%s=%s\n", module->name, name, value));
	}
}

char *kvm_modules_show(const struct kvm_modules_state *state)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < KVM_MODULES; i++)
		add_parameters(state, &kvm_modules[i], lines);
	g_ptr_array_sort(lines, compare);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("", (char **)lines->pdata);
}
