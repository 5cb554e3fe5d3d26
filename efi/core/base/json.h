/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the few JSON tokens that the report is made of. The character before decides whether a comma is needed. */
#ifndef KVMLEAF_CORE_BASE_JSON_H
#define KVMLEAF_CORE_BASE_JSON_H

#include "core/base/text.h"

/* A string of length bytes; bytes that are not printable ASCII become '?'. Not named json_string, as in jansson. */
void json_quoted(struct text *json, const char *string, size_t length);
/* The same for a string that ends with a NUL. */
void json_name(struct text *json, const char *string);
/* "key": after a comma, unless it is the first key of its object. */
void json_key(struct text *json, const char *key);
/* The same for a key of the outermost object, on a new line, so that the document is readable with cat. */
void json_top_key(struct text *json, const char *key);
/* A comma, unless an array was just opened. */
void json_separator(struct text *json);
void json_bool(struct text *json, bool value);
void json_hex32(struct text *json, uint32_t value); /* "0x%08x" */

#endif
