/* SPDX-License-Identifier: BSD-2-Clause */
#include "summary.h"

#include <string.h>
#include <unistd.h>

void summary_progress(const struct tap *tap)
{
	if (isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO))
		g_printerr("\r%u of %u, %u failed ", tap->results->len, tap->planned, tap->failed);
}

void summary_print(const struct tap *tap, double seconds)
{
	if (isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO))
		g_printerr("\r");
	g_printerr("%u passed, %u failed, %u skipped in %.1f s\n", tap->passed, tap->failed, tap->skipped, seconds);
	for (guint i = 0; i < tap->results->len; i++) {
		const struct tap_entry *entry = g_ptr_array_index(tap->results, i);

		if (!entry->ok)
			g_printerr("  failed: %s: %.*s\n", entry->name, (int)strcspn(entry->text->str, "\n"),
				entry->text->str);
	}
}

/* XML 1.0 has no control characters but tab and newline, and our text is ASCII. */
static char *xml(const char *text)
{
	GString *clean = g_string_new(NULL);

	for (; *text != '\0'; text++)
		g_string_append_c(
			clean, (*text >= ' ' && *text <= '~') || *text == '\n' || *text == '\t' ? *text : '?');
	g_string_replace(clean, "&", "&amp;", 0);
	g_string_replace(clean, "<", "&lt;", 0);
	g_string_replace(clean, ">", "&gt;", 0);
	g_string_replace(clean, "\"", "&quot;", 0);
	return g_string_free(clean, FALSE);
}

static void add_entry(GString *junit, const struct tap_entry *entry, const char *out)
{
	g_autofree char *name = xml(entry->name);
	g_autofree char *text = xml(entry->text->str);
	g_autofree char *path = g_build_filename(out, entry->name, "serial.log", NULL);
	g_autofree char *log = NULL;

	g_string_append_printf(junit, "  <testcase classname=\"kvmleaf\" name=\"%s\">", name);
	if (entry->skip != NULL) {
		g_autofree char *skip = xml(entry->skip);

		g_string_append_printf(junit, "<skipped message=\"%s\"/>", skip);
	} else if (!entry->ok) {
		g_string_append_printf(
			junit, "<failure message=\"%.*s\">%s</failure>", (int)strcspn(text, "\n"), text, text);
		if (g_file_get_contents(path, &log, NULL, NULL)) {
			g_autofree char *clean = xml(log);

			g_string_append_printf(junit, "<system-out>%s</system-out>", clean);
		}
	}
	g_string_append(junit, "</testcase>\n");
}

gboolean summary_write_junit(const struct tap *tap, const char *path, const char *out, GError **error)
{
	g_autoptr(GString) junit = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");

	g_string_append_printf(junit,
		" <testsuite name=\"kvmleaf\" tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n",
		tap->results->len, tap->failed, tap->skipped);
	for (guint i = 0; i < tap->results->len; i++)
		add_entry(junit, g_ptr_array_index(tap->results, i), out);
	g_string_append(junit, " </testsuite>\n</testsuites>\n");
	return g_file_set_contents(path, junit->str, (gssize)junit->len, error);
}
