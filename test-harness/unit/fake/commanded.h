/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of a guest, read as QEMU reads it (qemu-options.hx; util/qemu-option.c: the parts of a list are
 * separated by commas, a comma inside of a part is written twice, and of two settings the later one holds).
 */
#ifndef KVMLEAF_UNIT_FAKE_COMMANDED_H
#define KVMLEAF_UNIT_FAKE_COMMANDED_H

#include "guest/qemu_command.h"

/* A guest with three vCPUs on KVM, whose paths have commas. */
struct guest_spec spec_init(void);

/* The word after the option with that number, from 0; NULL where there are fewer. */
const char *option_of(const GPtrArray *command, const char *option, int number);
gboolean has_option(const GPtrArray *command, const char *option);
/*
 * The last value of the key in such a list, with single commas, to be freed; NULL for none. The key "" means the first
 * part.
 */
char *part_of(const char *list, const char *key);
void assert_part(const char *list, const char *key, const char *expected);
/* The list of such an option in which the key has that value; NULL for none. */
const char *list_with(const GPtrArray *command, const char *option, const char *key, const char *value);

#endif
