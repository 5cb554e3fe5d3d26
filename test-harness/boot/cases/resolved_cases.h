/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cases as one JSON document, whole: what the program inside a nested host is given, so that it needs neither the case
 * files nor the options that these cases were made from.
 */
#ifndef KVMLEAF_BOOT_CASES_RESOLVED_CASES_H
#define KVMLEAF_BOOT_CASES_RESOLVED_CASES_H

#include "cases/cases.h"

/* To be freed. */
char *resolved_cases_write(const GPtrArray *cases);
/* NULL, and one line, for what is not such a document. */
GPtrArray *resolved_cases_read(const char *text, GError **error);

#endif
