/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/fake/captured.h"

static GString *output, *errors;
/* GLib's tests have handlers of their own, which turn what is printed into TAP comments. */
static GPrintFunc print_before, printerr_before;

static void take_output(const char *text)
{
	g_string_append(output, text);
}

static void take_errors(const char *text)
{
	g_string_append(errors, text);
}

void captured_begin(void)
{
	output = g_string_new(NULL);
	errors = g_string_new(NULL);
	print_before = g_set_print_handler(take_output);
	printerr_before = g_set_printerr_handler(take_errors);
}

void captured_end(char **ret_output, char **ret_errors)
{
	(void)g_set_print_handler(print_before);
	(void)g_set_printerr_handler(printerr_before);
	*ret_output = g_string_free(output, FALSE);
	*ret_errors = g_string_free(errors, FALSE);
}
