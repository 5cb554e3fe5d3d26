/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/console.h"

#include <string.h>

/*
 * Messages of OVMF after which the app will not run any more, while QEMU would run for ever: those of its exception
 * handler, and those of its boot manager (BDS) when it goes on to the next boot option, and at last the shell.
 */
enum { MESSAGE_MAX = 64 }; /* longer than each of them */
static const char *const faults[] = { "!!!! X64 Exception", "!!!! IA32 Exception", NULL };
static const char *const dead_ends[] = {
	"No bootable option or device was found",
	"BdsDxe: failed to start",
	"BdsDxe: failed to load",
	"Shell>",
	NULL,
};

void console_init(struct console *console, void (*on_line)(gpointer context, const char *line), gpointer context)
{
	*console = (struct console){
		.raw = g_string_new(NULL),
		.line = g_string_new(NULL),
		.lines = g_ptr_array_new_with_free_func(g_free),
		.on_line = on_line,
		.context = context,
	};
}

void console_clear(struct console *console)
{
	g_string_free(console->raw, TRUE);
	g_string_free(console->line, TRUE);
	g_ptr_array_unref(console->lines);
	if (console->json != NULL)
		g_string_free(console->json, TRUE);
	g_clear_pointer(&console->end, g_hash_table_unref);
}

static GHashTable *parse_pairs(const char *text)
{
	GHashTable *pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) words = g_strsplit(text, " ", 0);

	for (char **word = words; *word != NULL; word++) {
		char *equals = strchr(*word, '=');

		if (equals != NULL)
			g_hash_table_insert(pairs, g_strndup(*word, (gsize)(equals - *word)), g_strdup(equals + 1));
	}
	return pairs;
}

/*
 * Searches the bytes that are new since the last search, and the MESSAGE_MAX bytes before them, which may have the
 * beginning of a message. A line that never ends is so not searched again and again.
 */
static void look_for(struct console *console, const char *const *messages)
{
	gsize from = console->searched > MESSAGE_MAX ? console->searched - MESSAGE_MAX : 0;

	for (; *messages != NULL && console->dead_end == NULL; messages++)
		if (strstr(console->line->str + from, *messages) != NULL)
			console->dead_end = *messages;
}

static void look_for_dead_end(struct console *console)
{
	look_for(console, faults);
	if (!console->by_shell)
		look_for(console, dead_ends);
	console->searched = console->line->len;
}

static void take_json_line(struct console *console)
{
	if (strcmp(console->line->str, "KVMLEAF-JSON-END") == 0) {
		console->in_json = FALSE;
		return;
	}
	g_string_append(console->json, console->line->str);
	g_string_append_c(console->json, '\n');
}

static void take_line(struct console *console)
{
	const char *line = console->line->str;

	look_for_dead_end(console);
	if (console->in_json) {
		take_json_line(console);
	} else if (strcmp(line, "KVMLEAF-JSON-BEGIN") == 0 && console->json == NULL) {
		console->json = g_string_new(NULL);
		console->in_json = TRUE;
	} else {
		console->begun |= g_str_has_prefix(line, "KVMLEAF-BEGIN ");
		if (console->begun && console->end == NULL) {
			g_ptr_array_add(console->lines, g_strdup(line));
			if (console->on_line != NULL)
				console->on_line(console->context, line);
		}
		if (console->begun && g_str_has_prefix(line, "KVMLEAF-END ") && console->end == NULL)
			console->end = parse_pairs(line);
	}
	g_string_truncate(console->line, 0);
	console->searched = 0;
}

/* OVMF's terminal driver sends ESC [ ... letter, and ESC with one more character. */
static gboolean is_escape(struct console *console, char c)
{
	if (console->escape == 0 && c != '\033')
		return FALSE;
	if (console->escape == 0)
		console->escape = 1;
	else if (console->escape == 1)
		console->escape = c == '[' ? 2 : 0;
	else if (c >= '@' && c <= '~')
		console->escape = 0;
	return TRUE;
}

void console_feed(struct console *console, const char *bytes, gsize length)
{
	if (console->raw->len + length > CONSOLE_KEPT_MAX) {
		console->flooded = TRUE;
		return;
	}
	g_string_append_len(console->raw, bytes, (gssize)length);
	for (gsize i = 0; i < length; i++) {
		if (is_escape(console, bytes[i]) || bytes[i] == '\r' || bytes[i] == '\0')
			continue;
		if (bytes[i] == '\n')
			take_line(console);
		else
			g_string_append_c(console->line, bytes[i]);
	}
	look_for_dead_end(console); /* the shell's prompt has no end of line */
}

char *console_tail(const struct console *console, unsigned lines)
{
	const char *start = console->raw->str + console->raw->len;
	GString *tail = g_string_new(NULL);

	while (start > console->raw->str && lines > 0)
		if (*--start == '\n')
			lines--;
	for (const char *c = start; *c != '\0'; c++)
		g_string_append_c(tail, (*c >= ' ' && *c <= '~') || *c == '\n' ? *c : ' ');
	return g_strstrip(g_string_free(tail, FALSE));
}
