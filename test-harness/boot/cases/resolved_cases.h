/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes complete cases as one JSON document and reads them back: the program inside a nested host gets its cases so,
 * and needs neither the case files nor the options that select or generate cases.
 */
#ifndef KVMLEAF_BOOT_CASES_RESOLVED_CASES_H
#define KVMLEAF_BOOT_CASES_RESOLVED_CASES_H

#include "cases/cases.h"

/* The document, to be freed. */
char *resolved_cases_write(const GPtrArray *cases, GError **error);
/* The cases, to be unreferenced, which frees them; NULL with BOOT_USAGE where text is not such a document. */
GPtrArray *resolved_cases_read(const char *text, GError **error);

#endif
