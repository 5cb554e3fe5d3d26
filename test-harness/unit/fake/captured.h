/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps what is printed by g_print and g_printerr instead of printing it. */
#ifndef KVMLEAF_UNIT_FAKE_CAPTURED_H
#define KVMLEAF_UNIT_FAKE_CAPTURED_H

#include <glib.h>

/* Assert nothing between the two: the message of a failed assertion would be kept and never shown. */
void captured_begin(void);
void captured_end(char **ret_output, char **ret_errors);

#endif
