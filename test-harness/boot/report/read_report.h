/* SPDX-License-Identifier: BSD-2-Clause */
/* A report from wherever it was kept. */
#ifndef KVMLEAF_BOOT_REPORT_READ_REPORT_H
#define KVMLEAF_BOOT_REPORT_READ_REPORT_H

#include <glib.h>

#include "kvmleaf/report_variable.h"

/* Where Linux shows the variable that kvmleaf stored at the last boot. */
#define REPORT_OF_THIS_MACHINE "/sys/firmware/efi/efivars/" REPORT_VARIABLE_NAME "-" REPORT_VARIABLE_GUID_TEXT

/*
 * The JSON document out of a saved report ("-": standard input), a file of Linux's efivarfs (four bytes of attributes,
 * then the document), an OVMF variable store, or made of a dump in the form of cpuid -r. NULL, and one line that says
 * why it is none of them.
 */
char *read_report(const char *path, GError **error);

#endif
