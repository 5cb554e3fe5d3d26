/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a report from any file that may hold one. */
#ifndef KVMLEAF_BOOT_REPORT_READ_REPORT_H
#define KVMLEAF_BOOT_REPORT_READ_REPORT_H

#include <glib.h>

#include "kvmleaf/report_variable.h"

/* The file in which Linux shows this system's report variable. */
#define REPORT_OF_THIS_SYSTEM "/sys/firmware/efi/efivars/" REPORT_VARIABLE_NAME "-" REPORT_VARIABLE_GUID_TEXT

/*
 * The JSON document in a file ("-": standard input) that is a saved report, a file of Linux's efivarfs (four bytes of
 * attributes, then the document), an OVMF variable store, or a dump of cpuid -r, which is decoded. To be freed; NULL
 * with BOOT_USAGE, saying why the file is none of these.
 */
char *read_report(const char *path, GError **error);

#endif
