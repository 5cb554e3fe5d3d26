/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a guest's serial console: removes terminal codes, splits it into lines, and parses kvmleaf's output. */
#ifndef KVMLEAF_BOOT_GUEST_CONSOLE_H
#define KVMLEAF_BOOT_GUEST_CONSOLE_H

#include <glib.h>

enum { CONSOLE_KEPT_MAX = 1024 * 1024 }; /* bytes of serial output that are kept; a guest that writes more has failed */

struct console {
	GString *raw;     /* the output unchanged */
	GString *line;    /* the line being received, without terminal codes */
	gsize searched;   /* this many bytes of line were searched for dead-end messages */
	GPtrArray *lines; /* the cleaned lines from KVMLEAF-BEGIN to KVMLEAF-END, the JSON left out */
	int escape;       /* inside a terminal escape sequence: 1 after ESC, 2 after ESC [ */
	gboolean begun;   /* KVMLEAF-BEGIN was seen */
	GHashTable *end;  /* the key=value pairs of KVMLEAF-END; NULL until it was seen */
	GString *json;    /* the text between the JSON markers; NULL without markers */
	gboolean in_json;
	gboolean by_shell; /* the shell starts the app: its prompt and failed boot options are no dead end */
	gboolean flooded;
	const char *dead_end; /* a message after which firmware will not start, or return to, the app; NULL for none */
	void (*on_line)(gpointer context, const char *line);
	gpointer context;
};

/* on_line, which may be NULL, gets each cleaned line from KVMLEAF-BEGIN to KVMLEAF-END, the JSON left out. */
void console_init(struct console *console, void (*on_line)(gpointer context, const char *line), gpointer context);
void console_clear(struct console *console);
/* Takes the next bytes of serial output. */
void console_feed(struct console *console, const char *bytes, gsize length);
/* The last lines in printable ASCII, for a failure message; to be freed. */
char *console_tail(const struct console *console, unsigned lines);

#endif
