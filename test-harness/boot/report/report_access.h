/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Helpers for reading a report's JSON document. Each accepts NULL for an object or array that is absent, and returns
 * borrowed references.
 */
#ifndef KVMLEAF_BOOT_REPORT_REPORT_ACCESS_H
#define KVMLEAF_BOOT_REPORT_REPORT_ACCESS_H

#include <glib.h>
#include <jansson.h>
#include <stdint.h>

#include "kvmleaf/kvm_abi.h"

/* The number in a string such as "0x40000001"; 0 where it is no string of that form. */
uint32_t report_hex(const json_t *string);
uint32_t report_hex_member(const json_t *object, const char *key);
/* NULL where there is no such member, or it is not a string. */
const char *report_string_member(const json_t *object, const char *key);
/* The first object of the array that has this string under this key; NULL for none. */
json_t *report_row(const json_t *rows, const char *key, const char *value);
/* A register of leaf base+1 in the report's "kvm"; 0 where there is none. */
uint32_t report_features(const json_t *report, enum kvm_register reg);
/* "EAX" or "EDX"; a constant string. */
const char *report_register(enum kvm_register reg);
/* Whether the report's problems include this one. */
gboolean report_has_problem(const json_t *report, const char *problem);

/*
 * The document in these bytes, a new reference: one JSON object without duplicate keys, without NUL bytes, and with
 * nothing after it. NULL for anything else, and *ret_wrong, to be freed, then says where and why.
 */
json_t *report_parse(const char *bytes, gsize length, char **ret_wrong);

/* Adds a formatted line to an array of strings. */
void add_line(GPtrArray *lines, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
