/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/output/table_row.h"

#include "core/base/columns.h"
#include "core/base/kvm_names.h"

void row_word(struct text *out, const char *string, size_t width)
{
	size_t start = out->length;

	text_string(out, string);
	text_pad(out, start, width);
}

void row_bit(struct text *out, enum kvm_register reg, uint32_t bit)
{
	size_t start;

	row_word(out, cpuid_register_name(kvm_register_of(reg)), COLUMN_REGISTER);
	start = out->length;
	if (bit < 10)
		text_char(out, ' ');
	text_decimal(out, bit);
	text_pad(out, start, COLUMN_BIT);
}

void row_end(struct text *out)
{
	text_string(out, "\r\n");
}
