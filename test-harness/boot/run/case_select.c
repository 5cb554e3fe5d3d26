/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/case_select.h"

#include <jansson.h>

#include "base/error.h"
#include "cases/case_facts.h"
#include "cases/case_names.h"
#include "cases/case_parts.h"
#include "qemu/qemu_info.h"
#include "run/junit.h"

/* The globs that select cases; none selects all. --random without other selection means the random cases alone. */
static char **globs_of(const struct options *options)
{
	static const char *const random[] = { "random-*", NULL };
	gboolean only_random = options->random > 0 && options->words[0] == NULL && options->rerun == NULL;

	return g_strdupv(only_random ? (char **)random : options->words);
}

/* Names of failed cases come from an earlier run (--rerun) and are compared exactly, not as globs. */
static gboolean is_wanted(const struct options *options, char **failed, const struct boot_case *boot_case)
{
	g_auto(GStrv) globs = globs_of(options);
	gboolean matches = *globs == NULL;

	for (char **glob = globs; *glob != NULL; glob++)
		matches = matches || g_pattern_match_simple(*glob, boot_case->name);
	return matches && (failed == NULL || g_strv_contains((const char *const *)failed, boot_case->name));
}

/* Keeps every shard_count-th case, beginning with number shard_index. */
static void take_shard(const struct options *options, GPtrArray *cases)
{
	guint kept = 0;

	for (guint i = 0; i < cases->len; i++)
		if (i % options->shard_count == options->shard_index)
			g_ptr_array_index(cases, kept++) = g_ptr_array_index(cases, i);
		else
			case_free(g_ptr_array_index(cases, i));
	g_ptr_array_set_free_func(cases, NULL);
	g_ptr_array_set_size(cases, (int)kept);
	g_ptr_array_set_free_func(cases, (GDestroyNotify)case_free);
}

/* Sets the case's skip where the system lacks optional firmware. FALSE where a file that the case names is missing. */
static gboolean check_parts(const struct host *host, struct boot_case *boot_case, GError **error)
{
	struct case_places places = host_case_places(host);
	struct case_parts parts;
	GError *reason = NULL;

	if (case_parts_find(&places, boot_case, &parts, &reason)) {
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

/* The cases of all sources, NULL on bad input. */
static GPtrArray *collect(
	const struct options *options, const struct host *host, const struct qemu_info *info, GError **error)
{
	g_autoptr(GPtrArray) cases = cases_load(host->cases, error);
	g_auto(GStrv) unknown = qemu_info_unknown(info);

	if (cases == NULL)
		return NULL;
	/* --cases means the cases of that folder only. */
	if (options->cases == NULL)
		cases_generate(cases, (const char *const *)unknown);
	if (options->random > 0)
		cases_generate_random(
			cases, (const char *const *)unknown, (unsigned)options->random, (unsigned)options->seed);
	return g_steal_pointer(&cases);
}

/* The first name that matches no case, NULL for none: such a name must be an error, not silently select nothing. */
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

static gboolean check_names(
	const struct options *options, const struct host *host, char **failed, const GPtrArray *cases, GError **error)
{
	const char *glob = find_unknown(options->words, TRUE, cases);
	const char *name = find_unknown(failed, FALSE, cases);

	if (glob != NULL)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "no case matches \"%s\"; 'cases --list' shows those in %s",
			glob, host->cases);
	else if (name != NULL)
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--rerun=%s: %s has failed there, and is no case here%s",
			options->rerun, name,
			g_str_has_prefix(name, "random-") ? "; --random and --seed bring it" : "");
	return glob == NULL && name == NULL;
}

static gboolean keep_wanted(const struct options *options, const struct host *host, const struct qemu_info *info,
	char **failed, GPtrArray *cases, GError **error)
{
	for (guint i = 0; i < cases->len;) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (!case_names_check(info, boot_case, error))
			return FALSE;
		if (!is_wanted(options, failed, boot_case)) {
			g_ptr_array_remove_index(cases, i);
			continue;
		}
		if (!options->list && !check_parts(host, boot_case, error))
			return FALSE;
		i++;
	}
	if (cases->len > 0)
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "--rerun=%s: none of these cases has failed there", options->rerun);
	return FALSE;
}

/* --random is an error where no glob matches a random case, except with --rerun, whose failed cases need not be random.
 */
static gboolean check_random(const struct options *options, const GPtrArray *cases, GError **error)
{
	g_autofree char *glob = g_strdup_printf("random-%d-*", options->seed);
	char *globs[] = { glob, NULL };

	if (options->random == 0 || options->rerun != NULL || find_unknown(globs, TRUE, cases) == NULL)
		return TRUE;
	g_set_error(
		error, BOOT_ERROR, BOOT_USAGE, "--random: no given name matches a random case, as '%s' would", glob);
	return FALSE;
}

GPtrArray *case_select(const struct options *options, const struct host *host, char **ret_qemu, GError **error)
{
	struct qemu_info *info = NULL;
	g_autoptr(GPtrArray) cases = NULL;
	g_auto(GStrv) failed = NULL;
	gboolean good = TRUE;

	if (options->rerun != NULL)
		good = (failed = junit_read_failed(options->rerun, error)) != NULL;
	if (good)
		good = (info = qemu_info_get(host->qemu, error)) != NULL;
	*ret_qemu = g_strdup(info != NULL ? info->version : "");
	if (good)
		good = (cases = collect(options, host, info, error)) != NULL &&
		       check_names(options, host, failed, cases, error) &&
		       keep_wanted(options, host, info, failed, cases, error) && check_random(options, cases, error);
	qemu_info_free(info);
	if (!good)
		return NULL;
	take_shard(options, cases);
	return g_steal_pointer(&cases);
}

static const char *start_of(const struct options *options, const struct boot_case *boot_case)
{
	return !options->cold && case_facts(boot_case).restorable ? "restore" : "cold";
}

static void list_as_json(const struct options *options, const GPtrArray *cases)
{
	json_t *list = json_array();
	char *text;

	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		(void)json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s?}", "name", boot_case->name, "why",
				      boot_case->why, "accel", boot_case->accel, "start", start_of(options, boot_case),
				      "machine", boot_case->machine, "cpu", boot_case->cpu, "smp", (int)boot_case->smp,
				      "skip", boot_case->skip));
	}
	text = json_dumps(list, JSON_INDENT(1));
	g_print("%s\n", text);
	free(text);
	json_decref(list);
}

void case_list(const struct options *options, const GPtrArray *cases)
{
	if (options->json) {
		list_as_json(options, cases);
		return;
	}
	for (guint i = 0; i < cases->len; i++) {
		const struct boot_case *boot_case = g_ptr_array_index(cases, i);

		g_print("%-24s %-4s %-7s -cpu %s: %s\n", boot_case->name, boot_case->accel,
			start_of(options, boot_case), boot_case->cpu, boot_case->why);
	}
}
