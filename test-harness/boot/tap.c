/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <stdio.h>
#include <string.h>

void tap_plan(unsigned count)
{
	g_print("TAP version 14\n1..%u\n", count);
}

static GMutex mutex;

static void count(struct tap *tap, gboolean ok, gboolean skipped)
{
	tap->number++;
	if (!ok)
		tap->failed++;
	else if (skipped)
		tap->skipped++;
	else
		tap->passed++;
}

void tap_result(struct tap *tap, const char *name, const GPtrArray *complaints, const char *skip)
{
	gboolean ok = complaints == NULL || complaints->len == 0;
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

	count(tap, ok, skip != NULL);
	g_print("%sok %u - %s%s%s\n", ok ? "" : "not ", tap->number, name, skip != NULL ? " # SKIP " : "", skip ?: "");
	for (guint i = 0; complaints != NULL && i < complaints->len; i++) {
		g_auto(GStrv) lines = g_strsplit(g_ptr_array_index(complaints, i), "\n", 0);

		for (char **line = lines; *line != NULL; line++)
			g_print("# %s\n", *line);
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

char *tap_relay(struct tap *tap, const char *line)
{
	gboolean ok = g_str_has_prefix(line, "ok ");
	const char *dash = strstr(line, " - ");
	const char *skip = strstr(line, " # SKIP ");

	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);

	if (!ok && !g_str_has_prefix(line, "not ok ")) {
		if (*line == '#')
			g_print("%s\n", line);
		return NULL;
	}
	if (dash == NULL)
		return NULL;
	count(tap, ok, skip != NULL);
	g_print("%sok %u%s\n", ok ? "" : "not ", tap->number, dash);
	return skip != NULL ? g_strndup(dash + 3, (gsize)(skip - dash - 3)) : g_strdup(dash + 3);
}
