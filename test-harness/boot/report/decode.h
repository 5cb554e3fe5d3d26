/* SPDX-License-Identifier: BSD-2-Clause */
/* Decodes recorded dumps (the text form of cpuid -r) by the same code that runs in the firmware. */
#ifndef KVMLEAF_BOOT_REPORT_DECODE_H
#define KVMLEAF_BOOT_REPORT_DECODE_H

#include <glib.h>

#include "core/report/report.h"

/*
 * The report of a dump, length bytes of text; to be freed. NULL with BOOT_USAGE, naming line, column and what was
 * expected there, where the text is not a dump.
 */
struct report *decode_dump(const char *text, gsize length, GError **error);
/* The same from a file, "-" for standard input. */
struct report *decode_file(const char *path, GError **error);
/* The same of the CPUs of this computer that the process may run on; NULL and one line where that cannot be. */
struct report *decode_here(GError **error);
/* The JSON document that the app would store, to be freed. */
char *decode_json(const struct report *report);
/* The table that the app would print, with LF line ends; to be freed. */
char *decode_table(const struct report *report);

#endif
