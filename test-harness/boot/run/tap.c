/* SPDX-License-Identifier: BSD-2-Clause */
#include "run/tap.h"

#include <stdio.h>
#include <string.h>

#include "run/summary.h"

/* After a case's name: TAP's directive for a skip, and this program's own mark for a case that could not be tried. */
#define MARK " # "
#define MARK_SKIP "SKIP "
#define MARK_ERROR "set-up error"

static GMutex mutex;

static void entry_free(struct tap_entry *entry)
{
	g_free(entry->name);
	g_free(entry->note);
	g_string_free(entry->text, TRUE);
	g_free(entry);
}

void tap_begin(struct tap *tap, unsigned count, const char *skip)
{
	tap->planned = count;
	tap->results = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	g_print("TAP version 14\n1..%u%s%s\n", count, skip != NULL ? MARK MARK_SKIP : "", skip ?: "");
}

void tap_clear(struct tap *tap)
{
	g_clear_pointer(&tap->results, g_ptr_array_unref);
}

static void add_text(struct tap_entry *entry, const char *line)
{
	g_string_append_printf(entry->text, "%s%s", entry->text->len > 0 ? "\n" : "", line);
	g_print("# %s\n", line);
}

/* Line ends become spaces, since the text becomes part of one line; to be freed. */
static char *in_one_line(const char *text)
{
	return text != NULL ? g_strdelimit(g_strdup(text), "\r\n", ' ') : NULL;
}

static void print_entry(const struct tap *tap, const struct tap_entry *entry)
{
	const char *directive = entry->outcome == TAP_SKIP ? MARK_SKIP : entry->outcome == TAP_ERROR ? MARK_ERROR : "";
	const char *note = entry->outcome != TAP_ERROR && entry->note != NULL ? entry->note : "";

	g_print("%sok %u - %s%s%s%s\n", entry->outcome == TAP_FAIL || entry->outcome == TAP_ERROR ? "not " : "",
		tap->results->len, entry->name, *directive != '\0' || *note != '\0' ? MARK : "", directive, note);
}

/* Counts and prints a result; the mutex is held. */
static struct tap_entry *add(
	struct tap *tap, const char *name, enum tap_outcome outcome, const char *note, double seconds)
{
	struct tap_entry *entry = g_new0(struct tap_entry, 1);
	gboolean refused = outcome == TAP_SKIP && tap->no_skip;

	entry->name = g_strdup(name);
	entry->outcome = refused ? TAP_FAIL : outcome;
	entry->note = refused ? NULL : in_one_line(note);
	entry->seconds = seconds;
	entry->text = g_string_new(NULL);
	g_ptr_array_add(tap->results, entry);
	tap->count[entry->outcome]++;
	print_entry(tap, entry);
	if (refused) {
		g_autofree char *line = g_strconcat("skipped, and --no-skip was given: ", note, NULL);

		add_text(entry, line);
	}
	return entry;
}

static void notify(struct tap *tap)
{
	summary_progress(tap);
	if (tap->on_result != NULL)
		tap->on_result(tap->context, tap);
}

void tap_result(struct tap *tap, const char *name, enum tap_outcome outcome, const GPtrArray *complaints,
	const char *note, double seconds)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	struct tap_entry *entry = add(tap, name, outcome, note, seconds);

	for (guint i = 0; complaints != NULL && i < complaints->len; i++) {
		g_auto(GStrv) lines = g_strsplit(g_ptr_array_index(complaints, i), "\n", 0);

		for (char **line = lines; *line != NULL; line++)
			add_text(entry, *line);
	}
	notify(tap);
}

void tap_complain(struct tap *tap, const char *name, enum tap_outcome outcome, const char *complaint, double seconds)
{
	g_autoptr(GPtrArray) complaints = g_ptr_array_new();

	g_ptr_array_add(complaints, (gpointer)complaint);
	tap_result(tap, name, outcome, complaints, NULL, seconds);
}

void tap_note(const char *format, ...)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_print("# %s\n", g_strdelimit(text, "\r\n", ' '));
}

void tap_bail_out(const char *why)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	g_autofree char *line = in_one_line(why);

	g_print("Bail out! %s\n", line);
}

/* Parses a result line; FALSE for another line. *ret_note, within line, is the text after "#", NULL for none. */
static gboolean parse_result(const char *line, enum tap_outcome *ret, char **ret_name, const char **ret_note)
{
	gboolean ok = g_str_has_prefix(line, "ok ");
	const char *dash = strstr(line, " - ");
	const char *mark = dash != NULL ? strstr(dash, MARK) : NULL;

	if ((!ok && !g_str_has_prefix(line, "not ok ")) || dash == NULL)
		return FALSE;
	*ret_name = mark != NULL ? g_strndup(dash + 3, (gsize)(mark - dash - 3)) : g_strdup(dash + 3);
	*ret_note = mark != NULL ? mark + strlen(MARK) : NULL;
	*ret = ok ? TAP_PASS : TAP_FAIL;
	if (ok && mark != NULL && g_str_has_prefix(*ret_note, MARK_SKIP)) {
		*ret = TAP_SKIP;
		*ret_note += strlen(MARK_SKIP);
	} else if (!ok && g_strcmp0(*ret_note, MARK_ERROR) == 0) {
		*ret = TAP_ERROR;
		*ret_note = NULL;
	}
	return TRUE;
}

char *tap_name_of(const char *line)
{
	char *name = NULL;
	enum tap_outcome outcome;
	const char *note;

	return parse_result(line, &outcome, &name, &note) ? name : NULL;
}

void tap_relay(struct tap *tap, const char *line, double seconds, struct tap_entry **current)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&mutex);
	g_autofree char *name = NULL;
	enum tap_outcome outcome;
	const char *note;

	if (*current != NULL && g_str_has_prefix(line, "# "))
		add_text(*current, line + 2);
	if (!parse_result(line, &outcome, &name, &note))
		return;
	*current = add(tap, name, outcome, note, seconds);
	notify(tap);
}
