/* SPDX-License-Identifier: BSD-2-Clause */
/* The few JSON tokens that the report is made of; what stands before decides whether a comma is due. */
#ifndef KVMLEAF_CORE_BASE_JSON_H
#define KVMLEAF_CORE_BASE_JSON_H

#include "core/base/text.h"

/* A string; what is not printable ASCII becomes '?'. Not json_string, which is jansson's on the host. */
void json_quoted(struct text *json, const char *string, size_t length);
void json_name(struct text *json, const char *string);
/* "key": with a comma before it unless it is an object's first. */
void json_key(struct text *json, const char *key);
/* A key of the outermost object: one a line, so that the document is readable with cat. */
void json_top_key(struct text *json, const char *key);
/* A comma unless an array was just opened. */
void json_separator(struct text *json);
void json_bool(struct text *json, bool value);
void json_hex32(struct text *json, uint32_t value); /* "0x%08x" */

#endif
