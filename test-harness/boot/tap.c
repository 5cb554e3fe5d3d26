/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdio.h>
#include <string.h>

#include "summary.h"

static GMutex mutex;

static void entry_free(struct tap_entry *entry)
{
	g_free(entry->name);
	g_free(entry->skip);
	g_string_free(entry->text, TRUE);
	g_free(entry);
}

void tap_begin(struct tap *tap, unsigned count)
{
	*tap = (struct tap){ .planned = count, .results = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free) };
	g_print("TAP version 14\n1..%u\n", count);
}

void tap_clear(struct tap *tap)
{
	g_clear_pointer(&tap->results, g_ptr_array_unref);
}

/* Counts and prints a result; the mutex is held. */
static struct tap_entry *add(struct tap *tap, const char *name, gboolean ok, const char *skip)
{
	struct tap_entry *entry = g_new0(struct tap_entry, 1);

	entry->name = g_strdup(name);
	entry->ok = ok;
	entry->skip = g_strdup(skip);
	entry->text = g_string_new(NULL);
	g_ptr_array_add(tap->results, entry);
	if (!ok)
		tap->failed++;
	else if (skip != NULL)
		tap->skipped++;
	else
		tap->passed++;
	g_print("%sok %u - %s%s%s\n", ok ? "" : "not ", tap->results->len, name, skip != NULL ? " # SKIP " : "",
		skip ?: "");
	summary_progress(tap);
	return entry;
}

static void add_text(struct tap_entry *entry, const char *line)
{
	g_string_append_printf(entry->text, "%s%s", entry->text->len > 0 ? "\n" : "", line);
	g_print("# %s\n", line);
}

void tap_result(struct tap *tap, const char *name, const GPtrArray *complaints, const char *skip)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	struct tap_entry *entry = add(tap, name, complaints == NULL || complaints->len == 0, skip);

	for (guint i = 0; complaints != NULL && i < complaints->len; i++) {
		g_auto(GStrv) lines = g_strsplit(g_ptr_array_index(complaints, i), "\n", 0);

		for (char **line = lines; *line != NULL; line++)
			add_text(entry, *line);
	}
}

void tap_fail(struct tap *tap, const char *name, const char *complaint)
{
	g_autoptr(GPtrArray) complaints = g_ptr_array_new();

	g_ptr_array_add(complaints, (gpointer)complaint);
	tap_result(tap, name, complaints, NULL);
}

void tap_note(const char *format, ...)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_print("# %s\n", text);
}

const char *tap_relay(struct tap *tap, const char *line, struct tap_entry **current)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	gboolean ok = g_str_has_prefix(line, "ok ");
	const char *dash = strstr(line, " - ");
	const char *skip = strstr(line, " # SKIP ");
	g_autofree char *name = NULL;

	if (*current != NULL && g_str_has_prefix(line, "# "))
		add_text(*current, line + 2);
	if ((!ok && !g_str_has_prefix(line, "not ok ")) || dash == NULL)
		return NULL;
	name = skip != NULL ? g_strndup(dash + 3, (gsize)(skip - dash - 3)) : g_strdup(dash + 3);
	*current = add(tap, name, ok, skip != NULL ? skip + strlen(" # SKIP ") : NULL);
	return (*current)->name;
}
