/* SPDX-License-Identifier: BSD-2-Clause */
#include "case_select.h"

#include "case_parts.h"
#include "error.h"
#include "qemu_info.h"
#include "run_guest.h"

static gboolean is_wanted(const struct settings *settings, const struct boot_case *boot_case)
{
	for (char **glob = settings->globs; glob != NULL && *glob != NULL; glob++)
		if (g_pattern_match_simple(*glob, boot_case->name))
			return TRUE;
	return settings->globs == NULL;
}

/* Every count-th of them, from the index-th on. */
static void take_shard(const struct settings *settings, GPtrArray *cases)
{
	guint kept = 0;

	for (guint i = 0; i < cases->len; i++)
		if (i % settings->shard_count == settings->shard_index)
			g_ptr_array_index(cases, kept++) = g_ptr_array_index(cases, i);
		else
			case_free(g_ptr_array_index(cases, i));
	g_ptr_array_set_free_func(cases, NULL);
	g_ptr_array_set_size(cases, (int)kept);
	g_ptr_array_set_free_func(cases, (GDestroyNotify)case_free);
}

static void skip_without_parts(const struct settings *settings, struct boot_case *boot_case)
{
	struct case_parts parts;
	GError *error = NULL;

	if (!case_parts_find(settings, boot_case, &parts, &error)) {
		g_free(boot_case->skip);
		boot_case->skip = g_strdup(error->message);
		g_error_free(error);
		return;
	}
	case_parts_clear(&parts);
}

GPtrArray *case_select(struct settings *settings, GError **error)
{
	g_autoptr(GPtrArray) cases = cases_load(settings->cases, error);
	struct qemu_info *info = settings->inside || cases == NULL ? NULL : qemu_info_get(settings->qemu, error);
	g_auto(GStrv) unknown = NULL;
	gboolean good = cases != NULL && (info != NULL || settings->inside);

	if (info != NULL) {
		unknown = qemu_info_unknown(info);
		g_free(settings->unknown);
		settings->unknown = g_strjoinv(",", unknown);
	} else {
		unknown = g_strsplit(settings->unknown, ",", 0);
	}
	if (good && !settings->own_cases)
		cases_generate(cases, (const char *const *)unknown);
	if (good && settings->random > 0)
		cases_generate_random(
			cases, (const char *const *)unknown, (unsigned)settings->random, (unsigned)settings->seed);
	for (guint i = 0; good && i < cases->len;) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (info != NULL)
			good = qemu_info_check(info, boot_case, error);
		if (good && !settings->list)
			skip_without_parts(settings, boot_case);
		if (is_wanted(settings, boot_case))
			i++;
		else
			g_ptr_array_remove_index(cases, i);
	}
	qemu_info_free(info);
	if (!good)
		return NULL;
	if (cases->len == 0) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "no case is called so; --list names them");
		return NULL;
	}
	take_shard(settings, cases);
	return g_steal_pointer(&cases);
}

void case_list(const struct settings *settings, const GPtrArray *cases)
{
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		g_print("%-24s %-4s %-7s -cpu %s: %s\n", boot_case->name, boot_case->accel,
			run_can_restore(settings, boot_case) ? "restore" : "cold", boot_case->cpu, boot_case->why);
	}
}
