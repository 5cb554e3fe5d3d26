/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads case files: a line [name] begins a case, "key = value" lines follow, and # begins a comment line. GKeyFile is
 * not used, since its errors have no line numbers and it merges two groups of the same name.
 */
#include "cases/cases.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "cases/case_keys.h"
#include "cases/kvm_parameters.h"

struct boot_case *case_new(const char *name)
{
	struct boot_case *boot_case = g_new0(struct boot_case, 1);

	boot_case->name = g_strdup(name);
	boot_case->machine = g_strdup("q35");
	boot_case->arguments = g_strdup("");
	boot_case->smp = 1;
	return boot_case;
}

void case_free(struct boot_case *boot_case)
{
	char *const strings[] = { boot_case->name, boot_case->why, boot_case->accel, boot_case->maker,
		boot_case->kvm_parameters, boot_case->machine, boot_case->cpu, boot_case->arguments, boot_case->verdict,
		boot_case->status, boot_case->signature, boot_case->hypervisor_bit, boot_case->vcpus, boot_case->report,
		boot_case->problem, boot_case->app, boot_case->disk, boot_case->media, boot_case->store,
		boot_case->firmware, boot_case->cpu_set, boot_case->cpu_clear, boot_case->skip, boot_case->origin };

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	g_strfreev(boot_case->extra);
	g_free(boot_case);
}

static struct boot_case *find(const GPtrArray *cases, const char *name)
{
	for (guint i = 0; i < cases->len; i++) {
		struct boot_case *boot_case = g_ptr_array_index(cases, i);

		if (strcmp(boot_case->name, name) == 0)
			return boot_case;
	}
	return NULL;
}

static gboolean wrong(GError **error, const char *what)
{
	g_set_error_literal(error, BOOT_ERROR, BOOT_USAGE, what);
	return FALSE;
}

/* Parameters of KVM's modules need KVM, and those of one maker's module a CPU of that maker. */
static gboolean has_module(const struct boot_case *boot_case, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(boot_case->kvm_parameters ?: "", " \t", 0);

	if (boot_case->kvm_parameters != NULL && strcmp(boot_case->accel, "kvm") != 0) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "[%s] has kvm-parameters, which need accel = kvm",
			boot_case->name);
		return FALSE;
	}
	for (char **word = words; *word != NULL; word++) {
		const struct kvm_module *module = **word != '\0' ? kvm_parameter_module(*word) : NULL;

		if (module == NULL || module->maker == NULL || g_strcmp0(module->maker, boot_case->maker) == 0)
			continue;
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "[%s] kvm-parameters = %s needs maker = %s", boot_case->name,
			*word, module->maker);
		return FALSE;
	}
	return TRUE;
}

/* Checks a case after its last key. */
static gboolean is_complete(const struct boot_case *boot_case, GError **error)
{
	if (boot_case->accel == NULL || boot_case->cpu == NULL || boot_case->why == NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "[%s] lacks a key: accel, cpu and why are needed",
			boot_case->name);
		return FALSE;
	}
	if (!has_module(boot_case, error))
		return FALSE;
	/* An expectation that is never checked, for want of a report, would seem to pass. */
	if (g_strcmp0(boot_case->report, "none") == 0 && case_has_expectations(boot_case)) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE,
			"[%s] has report = none: status is the only other expectation it can have", boot_case->name);
		return FALSE;
	}
	return TRUE;
}

static struct boot_case *last_of(const GPtrArray *cases)
{
	return cases->len > 0 ? g_ptr_array_index(cases, cases->len - 1) : NULL;
}

static gboolean begin_case(GPtrArray *cases, char *line, GError **error)
{
	size_t length = strlen(line);

	if (line[length - 1] != ']' || length < 3)
		return wrong(error, "expected [name]");
	line[length - 1] = '\0';
	/* The name is also a folder's name, so it must not be "..". */
	if (strspn(line + 1, "abcdefghijklmnopqrstuvwxyz0123456789-.") != length - 2 || line[1] == '.')
		return wrong(error, "expected a name of a-z, 0-9, - and ., which does not begin with a dot");
	if (find(cases, line + 1) != NULL) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "[%s] is given twice", line + 1);
		return FALSE;
	}
	g_ptr_array_add(cases, case_new(line + 1));
	return TRUE;
}

/* before: the number of cases from the files that were read before. */
static gboolean take_line(GPtrArray *cases, guint before, char *line, GError **error)
{
	char *equals;

	g_strstrip(line);
	if (*line == '\0' || *line == '#')
		return TRUE;
	if (*line == '[')
		return (cases->len == before || is_complete(last_of(cases), error)) && begin_case(cases, line, error);
	equals = strchr(line, '=');
	if (equals == NULL)
		return wrong(error, "expected [name], key = value, or # and a comment");
	if (cases->len == before)
		return wrong(error, "expected [name] before the first key");
	*equals = '\0';
	return case_set_key(last_of(cases), g_strchomp(line), g_strchug(equals + 1), error);
}

static unsigned lines_in(const char *text, const char *end)
{
	unsigned lines = 0;

	for (; text < end; text++)
		lines += *text == '\n';
	return lines;
}

/* Text that is not UTF-8 has no place in a list as JSON, in JUnit XML, or in a job for a nested host. */
static gboolean is_text(const char *path, const char *content, gsize length, GError **error)
{
	const char *end;

	if (g_utf8_validate(content, (gssize)length, &end))
		return TRUE;
	g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s:%u: %s", path, lines_in(content, end) + 1,
		end < content + length && *end == '\0' ? "a NUL byte" : "not UTF-8");
	return FALSE;
}

static gboolean load_file(GPtrArray *cases, const char *path, GError **error)
{
	g_autofree char *content = NULL;
	g_autoptr(GError) reason = NULL;
	g_auto(GStrv) lines = NULL;
	guint before = cases->len;
	guint number = 0;
	gsize length;

	if (!g_file_get_contents(path, &content, &length, &reason)) {
		g_set_error_literal(error, BOOT_ERROR, BOOT_USAGE, reason->message);
		return FALSE;
	}
	if (!is_text(path, content, length, error))
		return FALSE;
	lines = g_strsplit(content, "\n", 0);
	for (; lines[number] != NULL; number++) {
		if (!take_line(cases, before, lines[number], error)) {
			g_prefix_error(error, "%s:%u: ", path, number + 1);
			return FALSE;
		}
		if (cases->len > before && last_of(cases)->origin == NULL)
			last_of(cases)->origin = g_strdup_printf("%s:%u", path, number + 1);
	}
	if (cases->len > before && !is_complete(last_of(cases), error)) {
		g_prefix_error(error, "%s:%u: ", path, number);
		return FALSE;
	}
	return TRUE;
}

static gint compare_strings(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *cases_load(const char *folder, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
	GPtrArray *cases;
	const char *name;

	if (dir == NULL) {
		if (error != NULL) {
			(*error)->domain = BOOT_ERROR;
			(*error)->code = BOOT_USAGE;
		}
		return NULL;
	}
	while ((name = g_dir_read_name(dir)) != NULL)
		if (g_str_has_suffix(name, ".ini"))
			g_ptr_array_add(names, g_build_filename(folder, name, NULL));
	g_ptr_array_sort(names, compare_strings);
	cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
	for (guint i = 0; i < names->len; i++) {
		if (!load_file(cases, g_ptr_array_index(names, i), error)) {
			g_ptr_array_unref(cases);
			return NULL;
		}
	}
	if (cases->len == 0) {
		g_set_error(error, BOOT_ERROR, BOOT_USAGE, "%s: no case in any *.ini file there", folder);
		g_clear_pointer(&cases, g_ptr_array_unref);
	}
	return cases;
}
