/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a case file, and of the options that stand for them. */
#ifndef KVMLEAF_BOOT_CASE_KEYS_H
#define KVMLEAF_BOOT_CASE_KEYS_H

#include "cases.h"

/* Sets one key of a case; FALSE and one line for an unknown key or a value that is not one of its. */
gboolean case_set_key(struct boot_case *boot_case, const char *key, const char *value, GError **error);

#endif
