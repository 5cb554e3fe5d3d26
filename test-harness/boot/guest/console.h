/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial console of a guest: cleaned of terminal codes, cut into lines, read for what kvmleaf says there. */
#ifndef KVMLEAF_BOOT_GUEST_CONSOLE_H
#define KVMLEAF_BOOT_GUEST_CONSOLE_H

#include <glib.h>

enum { CONSOLE_KEPT_MAX = 1024 * 1024 }; /* bytes of serial output kept; more is a guest that floods */

struct console {
	GString *raw;     /* as it came */
	GString *line;    /* the line being received, cleaned */
	gsize searched;   /* so much of the line is known to have no message of a dead end */
	GPtrArray *lines; /* the cleaned lines from KVMLEAF-BEGIN to KVMLEAF-END, the JSON left out */
	int escape;       /* inside a terminal escape sequence */
	gboolean begun;   /* KVMLEAF-BEGIN was seen */
	GHashTable *end;  /* the key=value pairs of KVMLEAF-END; NULL until it was seen */
	GString *json;    /* what stood between the JSON markers; NULL without any */
	gboolean in_json;
	gboolean by_shell; /* the shell is meant to start the app: its prompt, and what failed before, is no end */
	gboolean flooded;
	const char *dead_end; /* a message after which firmware goes nowhere, NULL for none */
	void (*on_line)(gpointer context, const char *line);
	gpointer context;
};

/* on_line, which may be NULL, gets each cleaned line from KVMLEAF-BEGIN to KVMLEAF-END, the JSON left out. */
void console_init(struct console *console, void (*on_line)(gpointer context, const char *line), gpointer context);
void console_clear(struct console *console);
void console_feed(struct console *console, const char *bytes, gsize length);
/* The last lines, cleaned, for a person who wants to know where a guest stood. */
char *console_tail(const struct console *console, unsigned lines);

#endif
