/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes to standard output and standard error by g_print and g_printerr, kept instead of printed. */
#ifndef KVMLEAF_UNIT_FAKE_CAPTURED_H
#define KVMLEAF_UNIT_FAKE_CAPTURED_H

#include <glib.h>

static GString *captured_output, *captured_errors;
/* GLib's tests have handlers of their own, which make comments of what is printed. */
static GPrintFunc captured_print_before, captured_printerr_before;

static inline void captured_print(const char *text)
{
	g_string_append(captured_output, text);
}

static inline void captured_printerr(const char *text)
{
	g_string_append(captured_errors, text);
}

/* From here to captured_end nothing must be asserted: the words of a failure would be captured too. */
static inline void captured_begin(void)
{
	captured_output = g_string_new(NULL);
	captured_errors = g_string_new(NULL);
	captured_print_before = g_set_print_handler(captured_print);
	captured_printerr_before = g_set_printerr_handler(captured_printerr);
}

static inline void captured_end(char **ret_output, char **ret_errors)
{
	(void)g_set_print_handler(captured_print_before);
	(void)g_set_printerr_handler(captured_printerr_before);
	*ret_output = g_string_free(captured_output, FALSE);
	*ret_errors = g_string_free(captured_errors, FALSE);
}

#endif
