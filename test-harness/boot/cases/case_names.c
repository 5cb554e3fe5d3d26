/* SPDX-License-Identifier: BSD-2-Clause */
#include "cases/case_names.h"

#include <string.h>

#include "base/error.h"
#include "kvmleaf/kvm_abi.h"

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

/* A word is +name, -name, name or name=value. QEMU also accepts the older spelling with underscores. */
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
	/* A versioned machine type is added in one QEMU release and removed in a later one. */
	if (!g_str_has_prefix(name, "pc-") || !g_ascii_isdigit(dash[1]))
		return wrong(boot_case, "machine =", name, info->version, error);
	skip(boot_case, "machine", name, info->version);
	return TRUE;
}

gboolean case_names_check(const struct qemu_info *info, struct boot_case *boot_case, GError **error)
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
