/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest does with the features in a report: the forecast of core/forecast, from the report's document. */
#ifndef KVMLEAF_BOOT_REPORT_EXPLAIN_H
#define KVMLEAF_BOOT_REPORT_EXPLAIN_H

#include <glib.h>

/*
 * document: a report, as read_report() returns it. The lines that the app prints with --explain, or the document with
 * the key "forecast". To be freed; NULL with BOOT_USAGE where the report's registers contradict themselves.
 */
char *explain_table(const char *document, GError **error);
char *explain_json(const char *document, GError **error);

#endif
