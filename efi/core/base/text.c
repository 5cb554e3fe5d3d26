/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/base/text.h"

void text_init(struct text *text, char *data, size_t capacity)
{
	*text = (struct text){ .data = data, .capacity = capacity };
}

static bool is_full(const struct text *text)
{
	return text->length - text->flushed == text->capacity;
}

void text_char(struct text *text, char c)
{
	if (is_full(text) && text->flush != NULL)
		text->flush(text);
	if (is_full(text))
		text->overflow = true;
	else
		text->data[text->length++ - text->flushed] = c;
}

void text_bytes(struct text *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text_char(text, bytes[i]);
}

void text_string(struct text *text, const char *string)
{
	text_bytes(text, string, string_length(string));
}

/* Divides by ten, 16 bits at a time: for a division of 64 bits a compiler for ia32 calls a library, and there is none.
 */
static uint32_t divide_by_ten(uint64_t *value)
{
	uint64_t quotient = 0;
	uint32_t rest = 0;

	for (int shift = 48; shift >= 0; shift -= 16) {
		uint32_t part = rest << 16 | (uint32_t)(*value >> shift & 0xffff);

		quotient |= (uint64_t)(part / 10) << shift;
		rest = part % 10;
	}
	*value = quotient;
	return rest;
}

void text_decimal(struct text *text, uint64_t value)
{
	char digits[20];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + divide_by_ten(&value));
	while (value != 0);
	while (count > 0)
		text_char(text, digits[--count]);
}

void text_hex(struct text *text, uint64_t value)
{
	int shift = 60;

	while (shift > 0 && value >> shift == 0)
		shift -= 4;
	text_string(text, "0x");
	for (; shift >= 0; shift -= 4)
		text_char(text, "0123456789abcdef"[(value >> shift) & 0xf]);
}

void text_hex_byte(struct text *text, uint8_t value)
{
	text_char(text, "0123456789abcdef"[value >> 4]);
	text_char(text, "0123456789abcdef"[value & 0xf]);
}

void text_hex32(struct text *text, uint32_t value)
{
	text_string(text, "0x");
	for (int shift = 24; shift >= 0; shift -= 8)
		text_hex_byte(text, (uint8_t)(value >> shift));
}

void text_pad(struct text *text, size_t start, size_t column)
{
	while (text->length < start + column && !text->overflow)
		text_char(text, ' ');
}

size_t string_length(const char *string)
{
	size_t length = 0;

	while (string[length] != '\0')
		length++;
	return length;
}

bool bytes_equal(const void *a, const void *b, size_t length)
{
	const uint8_t *x = a;
	const uint8_t *y = b;

	for (size_t i = 0; i < length; i++)
		if (x[i] != y[i])
			return false;
	return true;
}

bool string_equal(const char *a, const char *b)
{
	size_t length = string_length(a);

	return length == string_length(b) && bytes_equal(a, b, length);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool string_equal_nocase(const char *a, size_t length, const char *b)
{
	for (size_t i = 0; i < length; i++)
		if (b[i] == '\0' || lower(a[i]) != lower(b[i]))
			return false;
	return b[length] == '\0';
}
