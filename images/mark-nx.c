/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mark-nx FILE: says in a PE file's header that it runs where data is not executable (DllCharacteristics NX_COMPAT),
 * which objcopy cannot, and makes the checksum right again. Offsets: Microsoft's PE format, the same for PE32 and
 * PE32+.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	SIZE_MAX_BYTES = 1024 * 1024,
	PE_OFFSET = 0x3c,
	OPTIONAL_HEADER = 24, /* from "PE" on */
	CHECKSUM = 64,        /* in it */
	CHARACTERISTICS = 70,
	NX_COMPAT = 0x100,
};

static uint8_t image[SIZE_MAX_BYTES];

static uint32_t get(size_t offset, size_t bytes)
{
	uint32_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | image[offset + bytes];
	return value;
}

static void put(size_t offset, size_t bytes, uint32_t value)
{
	for (size_t i = 0; i < bytes; i++)
		image[offset + i] = (uint8_t)(value >> (8 * i));
}

/* The 16-bit words added up with their carries, the checksum itself as zero, and the file's length. */
static uint32_t checksum(size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2) {
		sum += get(i, 2);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum + (uint32_t)size;
}

static int mark(size_t size)
{
	size_t header;

	if (size < PE_OFFSET + 4)
		return 0;
	header = get(PE_OFFSET, 4);
	if (header > size - 4 || header + OPTIONAL_HEADER + CHARACTERISTICS + 2 > size ||
		memcmp(image + header, "PE\0\0", 4) != 0)
		return 0;
	header += OPTIONAL_HEADER;
	put(header + CHARACTERISTICS, 2, get(header + CHARACTERISTICS, 2) | NX_COMPAT);
	put(header + CHECKSUM, 4, 0);
	put(header + CHECKSUM, 4, checksum(size));
	return 1;
}

int main(int argc, char **argv)
{
	const char *path = argc == 2 ? argv[1] : "";
	FILE *file = fopen(path, "r+b");
	size_t size;

	if (file == NULL) {
		fprintf(stderr, "mark-nx: %s: %s\n", path, strerror(errno));
		return 1;
	}
	size = fread(image, 1, sizeof(image) - 1, file); /* one byte more, zero, for an odd length */
	if (!mark(size)) {
		fprintf(stderr, "mark-nx: %s is no PE file of less than 1 MiB\n", path);
		(void)fclose(file);
		return 1;
	}
	rewind(file);
	if (fwrite(image, 1, size, file) != size || fclose(file) != 0) {
		fprintf(stderr, "mark-nx: %s: %s\n", path, strerror(errno));
		return 1;
	}
	return 0;
}
