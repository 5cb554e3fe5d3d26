/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu/qemu_info.h"

#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "kvmleaf/kvm_abi.h"
#include "guest/qemu_command.h"
#include "base/process.h"
#include "qemu/qmp.h"

/* The set of that member of each object in the answer. */
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
	if (!qmp_greet(qmp, error))
		return FALSE;
	info->version = ask_version(qmp, error);
	info->machines = ask_set(qmp, "query-machines", NULL, "name", "alias", NULL);
	info->models = ask_set(qmp, "query-cpu-definitions", NULL, "name", NULL, NULL);
	info->properties = ask_set(
		qmp, "qom-list-properties", json_pack("{s:s}", "typename", "max-x86_64-cpu"), "name", NULL, error);
	return g_hash_table_size(info->properties) > 0;
}

struct qemu_info *qemu_info_get(const char *qemu, GError **error)
{
	const char *words[] = { qemu, "-machine", "none", "-accel", "tcg", "-nodefaults", "-display", "none", "-S",
		"-chardev", "socket,id=qmp,fd=10", "-qmp", "chardev:qmp" };
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

static gboolean is_feature_property(const char *name)
{
	for (size_t i = 0; i < kvm_feature_count; i++)
		if (*name != '\0' && strcmp(kvm_features[i].qemu, name) == 0)
			return TRUE;
	return FALSE;
}

static gboolean wrong(
	const struct boot_case *boot_case, const char *key, const char *name, const char *version, GError **error)
{
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: [%s] %s: QEMU %s has no \"%s\"",
		boot_case->origin != NULL ? boot_case->origin : "command line", boot_case->name, key, version, name);
	return FALSE;
}

static void skip(struct boot_case *boot_case, const char *what, const char *name, const char *version)
{
	if (boot_case->skip == NULL)
		boot_case->skip = g_strdup_printf("QEMU %s has no %s %s", version, what, name);
}

/* One of +name, -name, name, name=value; old names have underscores. */
static gboolean check_property(
	const struct qemu_info *info, struct boot_case *boot_case, const char *word, GError **error)
{
	g_autofree char *name = g_strndup(word, strcspn(word, "="));

	g_strdelimit(name, "_", '-');
	if (*name == '+' || *name == '-')
		memmove(name, name + 1, strlen(name));
	if (g_hash_table_contains(info->properties, name))
		return TRUE;
	if (!is_feature_property(name))
		return wrong(boot_case, "cpu =", name, info->version, error);
	skip(boot_case, "property", name, info->version);
	return TRUE;
}

static gboolean check_machine(const struct qemu_info *info, struct boot_case *boot_case, GError **error)
{
	g_autofree char *name = g_strndup(boot_case->machine, strcspn(boot_case->machine, ","));
	const char *dash = strrchr(name, '-');

	if (g_hash_table_contains(info->machines, name))
		return TRUE;
	/* Versioned types come with a release and go with another. */
	if (!g_str_has_prefix(name, "pc-") || !g_ascii_isdigit(dash[1]))
		return wrong(boot_case, "machine =", name, info->version, error);
	skip(boot_case, "machine", name, info->version);
	return TRUE;
}

gboolean qemu_info_check(const struct qemu_info *info, struct boot_case *boot_case, GError **error)
{
	g_auto(GStrv) words = g_strsplit(boot_case->cpu, ",", 0);

	if (!check_machine(info, boot_case, error))
		return FALSE;
	if (words[0] == NULL || !g_hash_table_contains(info->models, words[0]))
		return wrong(boot_case, "cpu =", words[0] != NULL ? words[0] : "", info->version, error);
	for (char **word = words + 1; *word != NULL; word++)
		if (!check_property(info, boot_case, *word, error))
			return FALSE;
	return TRUE;
}
