/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/guest_files.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/process.h"
#include "base/scratch.h"
#include "guest/capture.h"
#include "guest/payload_disk.h"
#include "kvmleaf/report_variable.h"
#include "qemu/varstore.h"

enum { CONVERT_SECONDS = 60 };

gboolean guest_files_forget(const char *folder, GError **error)
{
	static const char *const names[] = { "command", "serial.log", "qemu.log", "VARS.fd", "report.json", "disk.img",
		"payload.img", GUEST_KVM_PARAMETERS };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);

		if (g_unlink(path) != 0 && errno != ENOENT && errno != ENOTDIR) {
			g_set_error(error, BOOT_ERROR, BOOT_SETUP, "%s: %s", path, g_strerror(errno));
			return FALSE;
		}
	}
	return TRUE;
}

gboolean guest_files_has_room(const char *folder, GError **error)
{
	enum { ROOM = 4096 };
	g_autofree char *path = g_build_filename(folder, "room", NULL);
	g_autofree char *block = g_malloc0(ROOM);
	gboolean written = scratch_write(path, block, ROOM, error);

	(void)g_unlink(path);
	return written;
}

/* Deletes a report that the store had before: it would be taken for this run's if the app stored none. */
static gboolean forget_report(const char *path, GError **error)
{
	g_autofree char *store = NULL;
	gsize length;

	if (!g_file_get_contents(path, &store, &length, error))
		return FALSE;
	return !varstore_forget((uint8_t *)store, length, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT) ||
	       scratch_write(path, store, (gssize)length, error);
}

static gboolean copy_vars(const struct guest_spec *spec, enum guest_mode mode, char **ret_vars, GError **error)
{
	const char *template = mode == GUEST_RESTORE ? spec->capture->store : spec->firmware->vars;
	g_autofree char *content = NULL;
	gsize length;

	if (spec->store == STORE_NONE)
		return TRUE;
	*ret_vars = g_build_filename(spec->folder, "VARS.fd", NULL);
	if (spec->store == STORE_MEMORY)
		return TRUE; /* written after the guest's end */
	if (mode != GUEST_RESTORE && strcmp(spec->firmware->vars_format, "raw") != 0) {
		const char *convert[] = { "qemu-img", "convert", "-O", "raw", template, *ret_vars, NULL };

		return process_run(convert, CONVERT_SECONDS, error) && forget_report(*ret_vars, error);
	}
	return g_file_get_contents(template, &content, &length, error) &&
	       scratch_write(*ret_vars, content, (gssize)length, error) && forget_report(*ret_vars, error);
}

/* A copy, writable for the guest even where the original is read-only for the user. */
static gboolean copy_disk(const struct guest_spec *spec, GError **error)
{
	g_autoptr(GFile) from = spec->disk != NULL ? g_file_new_for_path(spec->disk) : NULL;
	g_autoptr(GFile) to = g_file_new_build_filename(spec->folder, "disk.img", NULL);

	return from == NULL ||
	       g_file_copy(from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL, error);
}

gboolean guest_files_prepare(const struct guest_spec *spec, enum guest_mode mode, char **ret_vars, GError **error)
{
	return guest_files_forget(spec->folder, error) && copy_vars(spec, mode, ret_vars, error) &&
	       copy_disk(spec, error) && (mode == GUEST_BOOT || payload_write(spec, error));
}

/* Sets the result's report from the variable in the store. Returns what is wrong with the store; NULL for nothing. */
static char *read_variable(const char *vars, struct guest_result *result)
{
	g_autofree char *store = NULL;
	struct variable variable;
	GError *error = NULL;
	gsize length;

	if (!g_file_get_contents(vars, &store, &length, &error) ||
		!varstore_find((const uint8_t *)store, length, REPORT_VARIABLE_NAME, REPORT_VARIABLE_GUID_TEXT,
			&variable, &error)) {
		char *wrong = g_strdup_printf("the variable store cannot be read: %s", error->message);

		g_error_free(error);
		return wrong;
	}
	if (variable.data == NULL)
		return NULL;
	result->report = g_malloc(variable.length + 1);
	memcpy(result->report, variable.data, variable.length);
	result->report[variable.length] = '\0';
	result->report_length = variable.length;
	result->attributes = variable.attributes;
	return NULL;
}

/* Whether the store has a report that the app was told not to store. Returns what is wrong with the store, or NULL. */
static char *look_for_unwanted(const char *vars, gboolean *ret_unwanted)
{
	struct guest_result stored = { 0 };
	char *wrong = read_variable(vars, &stored);

	*ret_unwanted = stored.report != NULL;
	g_free(stored.report);
	return wrong;
}

gboolean guest_files_collect(
	const struct guest_spec *spec, const char *vars, struct guest_result *result, GError **error)
{
	g_autofree char *path = g_build_filename(spec->folder, "report.json", NULL);
	g_autofree char *payload = g_build_filename(spec->folder, "payload.img", NULL);
	g_autofree char *wrong = NULL;

	(void)g_unlink(payload); /* a copy of the app and its arguments, which nobody needs afterwards */
	if (result->from_store) {
		wrong = read_variable(vars, result);
	} else {
		wrong = vars != NULL ? look_for_unwanted(vars, &result->unwanted) : NULL;
		if (result->console.json != NULL) {
			result->report = g_strdup(result->console.json->str);
			result->report_length = result->console.json->len;
		}
	}
	if (wrong != NULL && result->failure == NULL)
		result->failure = g_steal_pointer(&wrong);
	return result->report == NULL || scratch_write(path, result->report, (gssize)result->report_length, error);
}
