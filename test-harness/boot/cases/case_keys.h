/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a case file, and of the options that stand for them: the rows of case_keys.def. */
#ifndef KVMLEAF_BOOT_CASES_CASE_KEYS_H
#define KVMLEAF_BOOT_CASES_CASE_KEYS_H

#include "cases/cases.h"

/* Sets one key of a case; FALSE and one line for an unknown key, one given twice, or a value that is not one of its. */
gboolean case_set_key(struct boot_case *boot_case, const char *key, const char *value, GError **error);
/* Whether the case expects anything that needs a report to be held against. */
gboolean case_has_expectations(const struct boot_case *boot_case);

#endif
