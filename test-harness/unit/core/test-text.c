/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in a buffer of fixed size: numbers as in printf, string comparisons as in libc, no byte outside. */
#include "core/base/text.h"

#include <glib.h>
#include <string.h>

enum { SIZE = 64, UNTOUCHED = 0x5a };

struct buffer {
	char data[SIZE];
	struct text text;
};

static void buffer_init(struct buffer *buffer, size_t capacity)
{
	memset(buffer->data, UNTOUCHED, SIZE);
	text_init(&buffer->text, buffer->data, capacity);
}

/* Returns what was written, and checks that nothing was written behind it. */
static void assert_written(const struct buffer *buffer, const char *expected, bool overflow)
{
	g_assert_cmpmem(buffer->data, buffer->text.length, expected, strlen(expected));
	g_assert_cmpint(buffer->text.overflow, ==, overflow);
	for (size_t i = buffer->text.length; i < SIZE; i++)
		g_assert_cmpint(buffer->data[i], ==, UNTOUCHED);
}

static void test_capacity(void)
{
	static const char whole[] = "0123456789";

	for (size_t capacity = 0; capacity <= 12; capacity++) {
		struct buffer buffer;
		g_autofree char *expected = g_strndup(whole, capacity);

		buffer_init(&buffer, capacity);
		text_string(&buffer.text, whole);
		assert_written(&buffer, expected, capacity < 10);
		/* A buffer that is exactly full has not overflowed; overflow stays set once something was dropped. */
		text_bytes(&buffer.text, "", 0);
		g_assert_cmpint(buffer.text.overflow, ==, capacity < 10);
	}
}

/* Takes a full buffer's bytes, as the console does. */
static void flush_to_string(struct text *text)
{
	g_assert_cmpuint(text->length - text->flushed, ==, text->capacity);
	g_string_append_len((GString *)text->context, text->data, (gssize)text->capacity);
	text->flushed = text->length;
}

/* Nothing is lost in a buffer of any size that is flushed when it is full, and columns stay where they are. */
static void test_flush(void)
{
	static const char whole[] = "one  two   7  0x00000007 ";

	for (size_t capacity = 1; capacity <= sizeof(whole); capacity++) {
		g_autoptr(GString) taken = g_string_new(NULL);
		struct buffer buffer;
		size_t start;

		buffer_init(&buffer, capacity);
		buffer.text.flush = flush_to_string;
		buffer.text.context = taken;
		text_string(&buffer.text, "one");
		text_pad(&buffer.text, 0, 5);
		start = buffer.text.length;
		text_string(&buffer.text, "two");
		text_pad(&buffer.text, start, 6);
		text_decimal(&buffer.text, 7);
		text_string(&buffer.text, "  ");
		text_hex32(&buffer.text, 7);
		text_pad(&buffer.text, start, 20);
		g_assert_cmpuint(buffer.text.length, ==, sizeof(whole) - 1);
		g_assert_cmpuint(taken->len, ==, buffer.text.flushed);
		g_string_append_len(taken, buffer.data, (gssize)(buffer.text.length - buffer.text.flushed));
		g_assert_cmpstr(taken->str, ==, whole);
		g_assert_false(buffer.text.overflow);
		for (size_t i = capacity; i < SIZE; i++)
			g_assert_cmpint(buffer.data[i], ==, UNTOUCHED);
	}
}

static void flush_nothing(struct text *text)
{
	(void)text;
}

static void test_flush_in_vain(void)
{
	struct buffer buffer;

	buffer_init(&buffer, 3);
	buffer.text.flush = flush_nothing;
	text_string(&buffer.text, "abcd");
	assert_written(&buffer, "abc", true);
}

static void test_bytes(void)
{
	struct buffer buffer;

	buffer_init(&buffer, SIZE);
	text_bytes(&buffer.text, "a\0b", 3);
	g_assert_cmpmem(buffer.data, buffer.text.length, "a\0b", 3);
	g_assert_cmpint(buffer.data[3], ==, UNTOUCHED);
}

static const uint64_t numbers[] = { 0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 4095, 4096, 0x12345678, 999999999,
	1000000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff };
static const uint64_t wide_numbers[] = { 0x100000000, 655359999999, 9999999999999999999U, 10000000000000000000U,
	0x8000000000000000, 0xffff0000ffff0000, UINT64_MAX - 1, UINT64_MAX };

static void test_decimal(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		struct buffer buffer;
		g_autofree char *expected = g_strdup_printf("%u", (unsigned)numbers[i]);

		buffer_init(&buffer, SIZE);
		text_decimal(&buffer.text, numbers[i]);
		assert_written(&buffer, expected, false);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(wide_numbers); i++) {
		struct buffer buffer;
		g_autofree char *expected = g_strdup_printf("%" G_GUINT64_FORMAT, wide_numbers[i]);

		buffer_init(&buffer, SIZE);
		text_decimal(&buffer.text, wide_numbers[i]);
		assert_written(&buffer, expected, false);
	}
}

static void test_hex32(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		struct buffer buffer;
		g_autofree char *expected = g_strdup_printf("0x%08x", (unsigned)numbers[i]);

		buffer_init(&buffer, SIZE);
		text_hex32(&buffer.text, (uint32_t)numbers[i]);
		assert_written(&buffer, expected, false);
	}
}

static void assert_hex(uint64_t value)
{
	struct buffer buffer;
	g_autofree char *expected = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", value);

	buffer_init(&buffer, SIZE);
	text_hex(&buffer.text, value);
	assert_written(&buffer, expected, false);
}

/* Numbers of each length, and the numbers next to where the length changes. */
static void test_hex(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		assert_hex(numbers[i]);
	for (int bit = 0; bit < 64; bit++) {
		assert_hex(UINT64_C(1) << bit);
		assert_hex((UINT64_C(1) << bit) - 1);
	}
	assert_hex(UINT64_MAX);
	assert_hex(UINT64_C(0xfedcba9876543210));
}

static void test_hex_byte(void)
{
	for (unsigned value = 0; value < 256; value++) {
		struct buffer buffer;
		g_autofree char *expected = g_strdup_printf("%02x", value);

		buffer_init(&buffer, SIZE);
		text_hex_byte(&buffer.text, (uint8_t)value);
		assert_written(&buffer, expected, false);
	}
}

/* Columns are counted from start; longer text is not cut; a full buffer ends the padding. */
static void test_pad(void)
{
	struct buffer buffer;

	buffer_init(&buffer, SIZE);
	text_string(&buffer.text, "ab");
	text_pad(&buffer.text, 1, 4);
	assert_written(&buffer, "ab   ", false);
	text_pad(&buffer.text, 0, 5);
	text_pad(&buffer.text, 0, 1);
	assert_written(&buffer, "ab   ", false);
	buffer_init(&buffer, 3);
	text_string(&buffer.text, "a");
	text_pad(&buffer.text, 0, 10);
	assert_written(&buffer, "a  ", true);
	text_pad(&buffer.text, 0, 20);
	assert_written(&buffer, "a  ", true);
}

static const char *const strings[] = { "", "a", "A", "ab", "aB", "AB", "abc", "b", "@", "`", "[", "{", "Z", "z", "0",
	"kvm-pv-eoi", "KVM-PV-EOI", "kvm_pv_eoi", "kvm-pv-eo", "\xe1", "\xc1" };

static void test_equal(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
		const char *a = strings[i];

		g_assert_cmpuint(string_length(a), ==, strlen(a));
		for (size_t k = 0; k < G_N_ELEMENTS(strings); k++) {
			const char *b = strings[k];
			size_t length = MIN(strlen(a), strlen(b));

			g_assert_cmpint(string_equal(a, b), ==, strcmp(a, b) == 0);
			g_assert_cmpint(string_equal_nocase(a, strlen(a), b), ==, g_ascii_strcasecmp(a, b) == 0);
			g_assert_cmpint(bytes_equal(a, b, length), ==, memcmp(a, b, length) == 0);
		}
	}
}

/* The first string is given by its length, as in a list; the second must end at the same length. */
static void test_part(void)
{
	g_assert_true(string_equal_nocase("PV_EOI,rest", 6, "pv_eoi"));
	g_assert_false(string_equal_nocase("PV_EOI,rest", 7, "pv_eoi"));
	g_assert_false(string_equal_nocase("PV_EOI,rest", 5, "pv_eoi"));
	g_assert_false(string_equal_nocase("PV_EOI", 6, "pv_eo"));
	g_assert_true(string_equal_nocase("x", 0, ""));
	g_assert_false(string_equal_nocase("x", 0, "x"));
	g_assert_true(bytes_equal("ab\0c", "ab\0d", 3));
	g_assert_false(bytes_equal("ab\0c", "ab\0d", 4));
	g_assert_true(bytes_equal("a", "b", 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/capacity", test_capacity);
	g_test_add_func("/text/flush", test_flush);
	g_test_add_func("/text/flush-in-vain", test_flush_in_vain);
	g_test_add_func("/text/bytes", test_bytes);
	g_test_add_func("/text/decimal", test_decimal);
	g_test_add_func("/text/hex32", test_hex32);
	g_test_add_func("/text/hex", test_hex);
	g_test_add_func("/text/hex-byte", test_hex_byte);
	g_test_add_func("/text/pad", test_pad);
	g_test_add_func("/text/equal", test_equal);
	g_test_add_func("/text/part", test_part);
	return g_test_run();
}
