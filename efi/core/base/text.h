/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that is written into a buffer of fixed size, and the few string functions needed: the firmware has no libc. */
#ifndef KVMLEAF_CORE_BASE_TEXT_H
#define KVMLEAF_CORE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data; /* not NUL-terminated */
	size_t capacity;
	size_t length;  /* bytes that were written */
	size_t flushed; /* how many of them were taken out of data by flush; data has the rest */
	bool overflow;  /* something did not fit and was dropped */
	/* Optional: makes room in a buffer that is full, by taking its bytes and setting flushed to length. */
	void (*flush)(struct text *text);
	const void *context; /* for flush */
};

void text_init(struct text *text, char *data, size_t capacity);
void text_char(struct text *text, char c);
void text_bytes(struct text *text, const char *bytes, size_t length);
void text_string(struct text *text, const char *string);
void text_decimal(struct text *text, uint64_t value);
void text_hex32(struct text *text, uint32_t value);   /* "0x" and eight digits */
void text_hex(struct text *text, uint64_t value);     /* "0x" and the digits without leading zeros */
void text_hex_byte(struct text *text, uint8_t value); /* two digits */
/* Spaces until the text has start + column characters. */
void text_pad(struct text *text, size_t start, size_t column);

size_t string_length(const char *string);
bool string_equal(const char *a, const char *b);
/* Whether the length bytes at a are the whole of b; upper and lower case of ASCII letters are the same. */
bool string_equal_nocase(const char *a, size_t length, const char *b);
bool bytes_equal(const void *a, const void *b, size_t length);

#endif
