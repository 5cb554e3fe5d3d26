/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/case_select.h"

#include <jansson.h>

#include "cases/case_parts.h"
#include "base/error.h"
#include "run/junit.h"
#include "qemu/qemu_info.h"
#include "run/case_boot.h"

/* By name exactly, where names come from a run before. */
static gboolean is_wanted(const struct settings *settings, char **failed, const struct boot_case *boot_case)
{
	gboolean matches = settings->globs == NULL;

	for (char **glob = settings->globs; glob != NULL && *glob != NULL; glob++)
		matches = matches || g_pattern_match_simple(*glob, boot_case->name);
	return matches && (failed == NULL || g_strv_contains((const char *const *)failed, boot_case->name));
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

/* What no machine needs to have is a skip; what the case itself names is its own error. */
static gboolean check_parts(const struct settings *settings, struct boot_case *boot_case, GError **error)
{
	struct case_parts parts;
	GError *reason = NULL;

	if (case_parts_find(settings, boot_case, &parts, &reason)) {
		case_parts_clear(&parts);
		return TRUE;
	}
	if (g_error_matches(reason, BOOT_ERROR, BOOT_SETUP)) {
		g_free(boot_case->skip);
		boot_case->skip = g_strdup(reason->message);
		g_error_free(reason);
		return TRUE;
	}
	g_propagate_prefixed_error(error, reason, "%s: [%s] ", boot_case->origin ?: "command line", boot_case->name);
	return FALSE;
}

/* The cases of all sources, NULL on bad input. info is NULL inside the nested host, which was told of QEMU. */
static GPtrArray *collect(struct settings *settings, const struct qemu_info *info, GError **error)
{
	g_autoptr(GPtrArray) cases = cases_load(settings->cases, error);
	g_auto(GStrv) unknown = NULL;

	if (cases == NULL)
		return NULL;
	if (info != NULL) {
		unknown = qemu_info_unknown(info);
		g_free(settings->unknown);
		settings->unknown = g_strjoinv(",", unknown);
	} else {
		unknown = g_strsplit(settings->unknown, ",", 0);
	}
	if (!settings->own_cases)
		cases_generate(cases, (const char *const *)unknown);
	if (settings->random > 0)
		cases_generate_random(
			cases, (const char *const *)unknown, (unsigned)settings->random, (unsigned)settings->seed);
	return g_steal_pointer(&cases);
}

/* A name that no case bears: beside others it would be left out, and nobody would see it. NULL for none. */
static const char *find_unknown(char **names, gboolean are_globs, const GPtrArray *cases)
{
	for (; names != NULL && *names != NULL; names++) {
		gboolean found = FALSE;

		for (guint i = 0; i < cases->len && !found; i++) {
			const char *name = ((const struct boot_case *)g_ptr_array_index(cases, i))->name;

			found = are_globs ? g_pattern_match_simple(*names, name) : g_str_equal(*names, name);
		}
		if (!found)
			return *names;
	}
	return NULL;
}

static gboolean check_names(const struct settings *settings, char **failed, const GPtrArray *cases, GError **error)
{
	const char *glob = find_unknown(settings->globs, TRUE, cases);
	const char *name = find_unknown(failed, FALSE, cases);

	if (glob != NULL)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--case=%s: no case matches; --list shows those in %s", glob,
			settings->cases);
	else if (name != NULL)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--rerun=%s: %s has failed there, and is no case here%s",
			settings->rerun, name,
			g_str_has_prefix(name, "random-") ? "; --random and --seed bring it" : "");
	return glob == NULL && name == NULL;
}

static gboolean keep_wanted(
	const struct settings *settings, const struct qemu_info *info, char **failed, GPtrArray *cases, GError **error)
{
	for (guint i = 0; i < cases->len;) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (info != NULL && !qemu_info_check(info, boot_case, error))
			return FALSE;
		if (!is_wanted(settings, failed, boot_case)) {
			g_ptr_array_remove_index(cases, i);
			continue;
		}
		if (!settings->list && !check_parts(settings, boot_case, error))
			return FALSE;
		i++;
	}
	if (cases->len > 0)
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--rerun=%s: none of these cases has failed there", settings->rerun);
	return FALSE;
}

/* Random masks that no --case lets in would have been asked for in vain. Those that failed before may be none. */
static gboolean check_random(const struct settings *settings, const GPtrArray *cases, GError **error)
{
	g_autofree char *glob = g_strdup_printf("random-%d-*", settings->seed);
	char *globs[] = { glob, NULL };

	if (settings->random == 0 || settings->rerun != NULL || settings->inside ||
		find_unknown(globs, TRUE, cases) == NULL)
		return TRUE;
	g_set_error(
		error, BOOT_ERROR, BOOT_USAGE, "--random: no --case lets random masks in, as --case='%s' would", glob);
	return FALSE;
}

GPtrArray *case_select(struct settings *settings, char **ret_qemu, GError **error)
{
	struct qemu_info *info = NULL;
	g_autoptr(GPtrArray) cases = NULL;
	g_auto(GStrv) failed = NULL;
	gboolean good = TRUE;

	if (settings->rerun != NULL)
		good = (failed = junit_read_failed(settings->rerun, error)) != NULL;
	if (good && !settings->inside)
		good = (info = qemu_info_get(settings->qemu, error)) != NULL;
	*ret_qemu = g_strdup(info != NULL ? info->version : "");
	if (good)
		good = (cases = collect(settings, info, error)) != NULL &&
		       check_names(settings, failed, cases, error) &&
		       keep_wanted(settings, info, failed, cases, error) && check_random(settings, cases, error);
	qemu_info_free(info);
	if (!good)
		return NULL;
	take_shard(settings, cases);
	return g_steal_pointer(&cases);
}

static const char *start_of(const struct settings *settings, const struct boot_case *boot_case)
{
	return case_can_restore(settings, boot_case) ? "restore" : "cold";
}

static void list_as_json(const struct settings *settings, const GPtrArray *cases)
{
	json_t *list = json_array();
	char *text;

	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		(void)json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s?}", "name", boot_case->name, "why",
				      boot_case->why, "accel", boot_case->accel, "start", start_of(settings, boot_case),
				      "machine", boot_case->machine, "cpu", boot_case->cpu, "smp", (int)boot_case->smp,
				      "skip", boot_case->skip));
	}
	text = json_dumps(list, JSON_INDENT(1));
	g_print("%s\n", text);
	free(text);
	json_decref(list);
}

void case_list(const struct settings *settings, const GPtrArray *cases)
{
	if (settings->json) {
		list_as_json(settings, cases);
		return;
	}
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		g_print("%-24s %-4s %-7s -cpu %s: %s\n", boot_case->name, boot_case->accel,
			start_of(settings, boot_case), boot_case->cpu, boot_case->why);
	}
}
