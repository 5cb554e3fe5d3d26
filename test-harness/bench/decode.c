/* SPDX-License-Identifier: BSD-2-Clause */
/* How many dumps a second the host decodes: text to report to JSON, over the whole corpus, for two seconds. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "report/decode.h"

enum { SECONDS = 2 };

static GPtrArray *load(const char *folder)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		char *text;

		if (g_str_has_suffix(name, ".txt") && g_file_get_contents(path, &text, NULL, NULL))
			g_ptr_array_add(texts, text);
	}
	return texts;
}

int main(int argc, char **argv)
{
	g_autoptr(GPtrArray) texts = load(argc > 1 ? argv[1] : "test-harness/corpus");
	gint64 start = g_get_monotonic_time();
	double seconds = 0;
	unsigned dumps = 0;

	if (texts->len == 0)
		return EXIT_FAILURE;
	while ((seconds = (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC) < SECONDS) {
		for (guint i = 0; i < texts->len; i++) {
			const char *text = g_ptr_array_index(texts, i);
			g_autofree struct report *report = decode_dump(text, strlen(text), NULL);
			g_autofree char *json = report != NULL ? decode_json(report) : NULL;

			if (json == NULL || *json == '\0')
				return EXIT_FAILURE;
			dumps++;
		}
	}
	g_print("%.0f dumps a second (%u of the corpus, JSON and all)\n", dumps / seconds, texts->len);
	return EXIT_SUCCESS;
}
