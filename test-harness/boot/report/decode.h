/* SPDX-License-Identifier: BSD-2-Clause */
/* Recorded machines, decoded by the very code that runs in the firmware. */
#ifndef KVMLEAF_BOOT_REPORT_DECODE_H
#define KVMLEAF_BOOT_REPORT_DECODE_H

#include <glib.h>

#include "core/report/report.h"

/* The report of a dump in the form of cpuid -r; NULL and the line, column and what was expected for anything else. */
struct report *decode_dump(const char *text, gsize length, GError **error);
/* The same from a file, "-" for standard input. */
struct report *decode_file(const char *path, GError **error);
/* The same of the CPUs of this computer that the process may run on; NULL and one line where that cannot be. */
struct report *decode_here(GError **error);
/* The JSON document, as the firmware would save it. */
char *decode_json(const struct report *report);
/* What the firmware would print. */
char *decode_table(const struct report *report);

#endif
