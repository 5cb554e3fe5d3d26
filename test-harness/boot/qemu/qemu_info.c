/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/qemu_info.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "kvmleaf/kvm_abi.h"
#include "qemu/qmp.h"

/* QEMU 7.0 is the first with the machine property i8042, which qemu_command.c sets. */
enum { QEMU_MAJOR_MIN = 7, VERSION_SECONDS = 10 };

/* The set of the names under the keys member and, if not NULL, alias of each object in the command's answer. */
static GHashTable *ask_set(
	struct qmp *qmp, const char *command, json_t *arguments, const char *member, const char *alias, GError **error)
{
	GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	json_t *answer = qmp_command(qmp, command, arguments, error);
	size_t i;
	json_t *row;

	json_array_foreach (answer, i, row) {
		const char *name = json_string_value(json_object_get(row, member));
		const char *other = alias != NULL ? json_string_value(json_object_get(row, alias)) : NULL;

		if (name != NULL)
			g_hash_table_add(set, g_strdup(name));
		if (other != NULL)
			g_hash_table_add(set, g_strdup(other));
	}
	json_decref(answer);
	return set;
}

static char *ask_version(struct qmp *qmp, GError **error)
{
	json_t *answer = qmp_command(qmp, "query-version", NULL, error);
	int major = 0, minor = 0, micro = 0;

	(void)json_unpack(answer, "{s:{s:i, s:i, s:i}}", "qemu", "major", &major, "minor", &minor, "micro", &micro);
	json_decref(answer);
	return g_strdup_printf("%d.%d.%d", major, minor, micro);
}

static gboolean ask(struct qemu_info *info, struct qmp *qmp, GError **error)
{
	GError *reason = NULL;

	if (qmp_greet(qmp, &reason))
		info->version = ask_version(qmp, &reason);
	if (reason == NULL)
		info->machines = ask_set(qmp, "query-machines", NULL, "name", "alias", &reason);
	if (reason == NULL)
		info->models = ask_set(qmp, "query-cpu-definitions", NULL, "name", NULL, &reason);
	if (reason == NULL)
		info->properties = ask_set(qmp, "qom-list-properties", json_pack("{s:s}", "typename", "max-x86_64-cpu"),
			"name", NULL, &reason);
	if (reason == NULL)
		return TRUE;
	g_propagate_error(error, reason);
	return FALSE;
}

struct qemu_info *qemu_info_get(const char *qemu, GError **error)
{
	g_autofree char *socket = g_strdup_printf("socket,id=qmp,fd=%d", CHILD_QMP_FD);
	const char *words[] = { qemu, "-machine", "none", "-accel", "tcg", "-nodefaults", "-display", "none", "-S",
		"-chardev", socket, "-qmp", "chardev:qmp" };
	g_autoptr(GPtrArray) command = g_ptr_array_new_with_free_func(g_free);
	struct process_fd fd = { .child_fd = CHILD_QMP_FD };
	struct qemu_info *info;
	struct qmp qmp;
	gboolean good;
	int status;
	GPid pid;

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		g_ptr_array_add(command, g_strdup(words[i]));
	if (!process_start(command, "/dev/null", &fd, 1, &pid, error))
		return NULL;
	info = g_new0(struct qemu_info, 1);
	qmp_init(&qmp, fd.fd, NULL, NULL);
	good = ask(info, &qmp, error);
	qmp_clear(&qmp);
	(void)close(fd.fd);
	(void)process_reap(pid, 0, &status);
	if (!good)
		g_clear_pointer(&info, qemu_info_free);
	return info;
}

void qemu_info_free(struct qemu_info *info)
{
	if (info == NULL)
		return;
	g_free(info->version);
	g_clear_pointer(&info->machines, g_hash_table_unref);
	g_clear_pointer(&info->models, g_hash_table_unref);
	g_clear_pointer(&info->properties, g_hash_table_unref);
	g_free(info);
}

char **qemu_info_unknown(const struct qemu_info *info)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (size_t i = 0; i < kvm_feature_count; i++)
		if (*kvm_features[i].qemu != '\0' && !g_hash_table_contains(info->properties, kvm_features[i].qemu))
			g_strv_builder_add(builder, kvm_features[i].qemu);
	return g_strv_builder_end(builder);
}

gboolean qemu_check(const char *qemu, GError **error)
{
	const char *argv[] = { qemu, "--version", NULL };
	g_autoptr(GError) reason = NULL;
	g_autofree char *output = process_output(argv, VERSION_SECONDS, &reason);
	const char *version;
	int major = 0;

	if (output == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"%s cannot be run (%s); install qemu-system-x86, or name another with --qemu=PATH", qemu,
			reason->message);
		return FALSE;
	}
	version = strstr(output, "version ");
	if (version == NULL || sscanf(version, "version %d", &major) != 1 || major < QEMU_MAJOR_MIN) {
		g_set_error(error, BOOT_ERROR, BOOT_SETUP,
			"%s is too old: version %d or newer is needed, it says \"%s\"", qemu, QEMU_MAJOR_MIN,
			g_strchomp(output));
		return FALSE;
	}
	return TRUE;
}
