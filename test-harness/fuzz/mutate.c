/* SPDX-License-Identifier: BSD-2-Clause */
/* Small random changes to an input. */
#include "driver.h"

#include <string.h>

enum { CHANGES_MAX = 6, PIECE_MAX = 64 };

struct buffer {
	uint8_t *bytes;
	size_t length;
};

static size_t below(const struct corpus *corpus, size_t limit)
{
	return limit == 0 ? 0 : (size_t)g_rand_int_range(corpus->random, 0, (gint32)limit);
}

/* What does not fit is left out. */
static void insert(struct buffer *buffer, size_t at, const uint8_t *bytes, size_t length)
{
	length = MIN(length, INPUT_MAX - buffer->length);
	memmove(buffer->bytes + at + length, buffer->bytes + at, buffer->length - at);
	memcpy(buffer->bytes + at, bytes, length);
	buffer->length += length;
}

static void overwrite(struct buffer *buffer, size_t at, const uint8_t *bytes, size_t length)
{
	memcpy(buffer->bytes + at, bytes, MIN(length, buffer->length - at));
}

static void put(const struct corpus *corpus, struct buffer *buffer, const uint8_t *bytes, size_t length)
{
	size_t at = below(corpus, buffer->length + 1);

	if (g_rand_boolean(corpus->random))
		insert(buffer, at, bytes, length);
	else
		overwrite(buffer, at, bytes, length);
}

/* From this input itself, or from another one. */
static void put_piece(const struct corpus *corpus, struct buffer *buffer)
{
	GBytes *other = g_ptr_array_index(corpus->inputs, below(corpus, corpus->inputs->len));
	uint8_t piece[PIECE_MAX];
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(other, &size);
	size_t at, length;

	if (g_rand_boolean(corpus->random)) {
		bytes = buffer->bytes;
		size = buffer->length;
	}
	at = below(corpus, size);
	length = below(corpus, MIN(size - at, PIECE_MAX) + 1);
	if (length == 0)
		return;
	memcpy(piece, bytes + at, length);
	put(corpus, buffer, piece, length);
}

static void put_number(const struct corpus *corpus, struct buffer *buffer)
{
	static const uint64_t numbers[] = { 0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
		0xffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0x40000000, 0x40000100 };
	uint64_t number = GUINT64_TO_LE(numbers[below(corpus, G_N_ELEMENTS(numbers))]);

	put(corpus, buffer, (const uint8_t *)&number, (size_t)1 << below(corpus, 4));
}

static void put_word(const struct corpus *corpus, struct buffer *buffer)
{
	gsize length;
	const uint8_t *bytes;

	if (corpus->words->len == 0)
		return;
	bytes = g_bytes_get_data(g_ptr_array_index(corpus->words, below(corpus, corpus->words->len)), &length);
	put(corpus, buffer, bytes, length);
}

static void erase(const struct corpus *corpus, struct buffer *buffer)
{
	size_t at = below(corpus, buffer->length);
	size_t rest = buffer->length - at;
	size_t length = below(corpus, (g_rand_boolean(corpus->random) ? MIN(rest, 4) : rest) + 1);

	memmove(buffer->bytes + at, buffer->bytes + at + length, buffer->length - at - length);
	buffer->length -= length;
}

static void change(const struct corpus *corpus, struct buffer *buffer)
{
	size_t at = below(corpus, buffer->length);

	switch (below(corpus, 8)) {
	case 0:
		put_piece(corpus, buffer);
		break;
	case 1:
		put_number(corpus, buffer);
		break;
	case 2:
	case 3:
		put_word(corpus, buffer);
		break;
	case 4:
		erase(corpus, buffer);
		break;
	case 5:
		if (at < buffer->length)
			buffer->bytes[at] ^= (uint8_t)(1 << below(corpus, 8));
		break;
	case 6: /* another digit */
		if (at < buffer->length && g_ascii_isxdigit(buffer->bytes[at]))
			buffer->bytes[at] = (uint8_t) "0123456789abcdef"[below(corpus, 16)];
		break;
	default:
		if (at < buffer->length)
			buffer->bytes[at] = (uint8_t)below(corpus, 256);
	}
}

size_t mutate(const struct corpus *corpus, uint8_t *output)
{
	GBytes *input = g_ptr_array_index(corpus->inputs, below(corpus, corpus->inputs->len));
	struct buffer buffer = { .bytes = output };
	gsize length;
	const void *bytes = g_bytes_get_data(input, &length);

	if (length > 0)
		insert(&buffer, 0, bytes, length);
	for (size_t changes = below(corpus, CHANGES_MAX) + 1; changes > 0; changes--)
		change(corpus, &buffer);
	return buffer.length;
}

/* The word between the first and the last quotation mark; NULL for a line without one. */
static GBytes *word_of(const char *line)
{
	const char *start = strchr(line, '"');
	const char *end = strrchr(line, '"');
	GByteArray *word;

	if (start == NULL || start == end || *line == '#')
		return NULL;
	word = g_byte_array_new();
	for (const char *c = start + 1; c < end; c++) {
		uint8_t byte = (uint8_t)*c;

		if (*c == '\\' && c[1] == 'x') {
			byte = (uint8_t)(g_ascii_xdigit_value(c[2]) << 4 | g_ascii_xdigit_value(c[3]));
			c += 3;
		} else if (*c == '\\') {
			byte = (uint8_t) * ++c;
		}
		(void)g_byte_array_append(word, &byte, 1);
	}
	return g_byte_array_free_to_bytes(word);
}

void read_dictionary(struct corpus *corpus, const char *path)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return;
	lines = g_strsplit(text, "\n", 0);
	for (char **line = lines; *line != NULL; line++) {
		GBytes *word = word_of(*line);

		if (word != NULL)
			g_ptr_array_add(corpus->words, word);
	}
}
