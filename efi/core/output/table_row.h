/* SPDX-License-Identifier: BSD-2-Clause */
/* Used only inside core/output: the pieces that the rows of all tables are made of (core/base/columns.h). */
#ifndef KVMLEAF_CORE_OUTPUT_TABLE_ROW_H
#define KVMLEAF_CORE_OUTPUT_TABLE_ROW_H

#include "core/base/text.h"
#include "kvmleaf/kvm_abi.h"

/* Writes the string and pads it with spaces to the column's width. */
void row_word(struct text *out, const char *string, size_t width);
/* The first two columns, which say which bit the row is about: "EAX  7 ", "EAX 24 ". */
void row_bit(struct text *out, enum kvm_register reg, uint32_t bit);
void row_end(struct text *out);

#endif
