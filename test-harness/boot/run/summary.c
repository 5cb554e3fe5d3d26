/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/summary.h"

#include <string.h>
#include <unistd.h>

void summary_progress(const struct tap *tap)
{
	if (isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO))
		g_printerr("\r%u of %u, %u failed ", tap->results->len, tap->planned,
			tap->count[TAP_FAIL] + tap->count[TAP_ERROR]);
}

/* The number of skips for each reason. */
static GHashTable *count_reasons(const struct tap *tap)
{
	GHashTable *reasons = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < tap->results->len; i++) {
		const struct tap_entry *entry = g_ptr_array_index(tap->results, i);
		guint times = GPOINTER_TO_UINT(g_hash_table_lookup(reasons, entry->note ?: ""));

		if (entry->outcome == TAP_SKIP)
			g_hash_table_replace(reasons, entry->note, GUINT_TO_POINTER(times + 1));
	}
	return reasons;
}

static void print_reasons(const struct tap *tap)
{
	g_autoptr(GHashTable) reasons = count_reasons(tap);
	g_autoptr(GList) sorted = g_list_sort(g_hash_table_get_keys(reasons), (GCompareFunc)strcmp);

	for (const GList *reason = sorted; reason != NULL; reason = reason->next)
		g_printerr("  skipped, %u times: %s\n", GPOINTER_TO_UINT(g_hash_table_lookup(reasons, reason->data)),
			(const char *)reason->data);
}

void summary_print(const struct tap *tap, double seconds)
{
	if (isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO))
		g_printerr("\r");
	g_printerr("%u passed, %u failed, %u skipped in %.1f s\n", tap->count[TAP_PASS],
		tap->count[TAP_FAIL] + tap->count[TAP_ERROR], tap->count[TAP_SKIP], seconds);
	if (tap->results->len < tap->planned)
		g_printerr("  not run: %u of %u\n", tap->planned - tap->results->len, tap->planned);
	print_reasons(tap);
	for (guint i = 0; i < tap->results->len; i++) {
		const struct tap_entry *entry = g_ptr_array_index(tap->results, i);

		if (entry->outcome == TAP_FAIL || entry->outcome == TAP_ERROR)
			g_printerr("  %s: %s: %.*s\n", entry->outcome == TAP_FAIL ? "failed" : "error", entry->name,
				(int)strcspn(entry->text->str, "\n"), entry->text->str);
	}
}
