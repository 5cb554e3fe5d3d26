/* SPDX-License-Identifier: BSD-2-Clause */
/* A report's document, read: what all who look into one need. NULL stands for what is absent, everywhere. */
#ifndef KVMLEAF_BOOT_REPORT_REPORT_ACCESS_H
#define KVMLEAF_BOOT_REPORT_REPORT_ACCESS_H

#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "kvmleaf/kvm_abi.h"

/* The number in a string of hexadecimal digits; 0 for none. */
uint32_t report_hex(const json_t *string);
uint32_t report_hex_member(const json_t *object, const char *key);
const char *report_string_member(const json_t *object, const char *key);
/* The first of an array's objects that has this string under this key. */
json_t *report_row(const json_t *rows, const char *key, const char *value);
/* A register of leaf base+1 in a report's "kvm"; 0 where there is none. */
uint32_t report_features(const json_t *report, enum kvm_register reg);
/* "EAX" or "EDX". */
const char *report_register(enum kvm_register reg);
/* Whether there is such a row among the report's problems. */
gboolean report_has_problem(const json_t *report, const char *problem);

/*
 * The document in these bytes: one JSON object with no key twice, no NUL and nothing behind it. NULL, and in ret_wrong
 * where and why, for anything else.
 */
json_t *report_parse(const char *bytes, gsize length, char **ret_wrong);

/* Adds a line of text to a list of lines. */
void add_line(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
