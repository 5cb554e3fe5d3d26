/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets the keys of a case (the rows of case_keys.def), from a case file or from an option that does the same. */
#ifndef KVMLEAF_BOOT_CASES_CASE_KEYS_H
#define KVMLEAF_BOOT_CASES_CASE_KEYS_H

#include "cases/cases.h"

/* Sets one key of a case. FALSE with BOOT_USAGE for an unknown key, a key that is set twice, or an invalid value. */
gboolean case_set_key(struct boot_case *boot_case, const char *key, const char *value, GError **error);
/* Whether the case has an expectation that can only be checked with a report. */
gboolean case_has_expectations(const struct boot_case *boot_case);

#endif
