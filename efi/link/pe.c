/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Offsets and numbers are those of Microsoft's PE format. The time stamp stays 0: the same input gives the same file.
 */
#include "pe.h"

#include <stdlib.h>
#include <string.h>

enum {
	FILE_ALIGNMENT = 512,
	SIGNATURE = 64, /* offset of the PE signature, behind the DOS header */
	OPTIONAL_HEADER = SIGNATURE + 24,
	CHECKSUM = OPTIONAL_HEADER + 64,
	SECTION_ENTRY = 40,
	DIRECTORIES = 16,
	DIRECTORIES_SIZE = DIRECTORIES * 8,
	DIRECTORY_RELOCATIONS = 5 * 8, /* in bytes */

	MACHINE_I386 = 0x14c,
	MACHINE_X86_64 = 0x8664,
	MAGIC_PE32 = 0x10b,
	MAGIC_PE32_PLUS = 0x20b,
	/* Executable, without line numbers and symbols. Added to it: can handle addresses above 2 GiB, or 32-bit. */
	CHARACTERISTICS = 0x000e,
	LARGE_ADDRESSES = 0x0020,
	BITS_32 = 0x0100,
	SUBSYSTEM_EFI_APPLICATION = 10,
	NX_COMPAT = 0x0100, /* the program needs no executable data */

	RELOCATION_HIGHLOW = 3,
	RELOCATION_DIR64 = 10,
};

const char *const pe_names[PE_SECTIONS] = { ".text", ".rodata", ".data", ".sbat", ".reloc" };

static const uint32_t section_flags[PE_SECTIONS] = {
	[PE_TEXT] = 0x60000020,   /* read, execute; code */
	[PE_RODATA] = 0x40000040, /* read; data */
	[PE_DATA] = 0xc0000040,   /* read, write; data */
	[PE_SBAT] = 0x40000040,
	[PE_RELOC] = 0x42000040, /* read; data that may be discarded once the program is loaded */
};

static void put(uint8_t *bytes, size_t width, uint64_t value)
{
	for (size_t i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t align(uint32_t value, uint32_t alignment)
{
	return (value + alignment - 1) / alignment * alignment;
}

static int compare_places(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/*
 * The relocations, in one block for each page: the page's address, the block's size, and an offset and a type for each
 * pointer, padded to a multiple of four bytes. A program without pointers gets one empty block, because a loader may
 * take a file without any block for one that must not be moved.
 */
static uint8_t *make_relocations(struct pe *pe, uint32_t *ret_size)
{
	uint32_t type = pe->wide ? RELOCATION_DIR64 : RELOCATION_HIGHLOW;
	uint8_t *bytes = calloc(pe->place_count + 1, 12); /* enough even if each has a block of its own */
	size_t i = 0, size = 0;

	if (bytes == NULL)
		return NULL;
	if (pe->place_count > 0)
		qsort(pe->places, pe->place_count, sizeof(*pe->places), compare_places);
	do {
		uint32_t page = pe->place_count > 0 ? pe->places[i] / PE_PAGE : 0;
		size_t begin = size;

		size += 8;
		for (; i < pe->place_count && pe->places[i] / PE_PAGE == page; i++, size += 2)
			put(bytes + size, 2, type << 12 | pe->places[i] % PE_PAGE);
		size = begin + align((uint32_t)(size - begin), 4);
		put(bytes + begin, 4, (uint64_t)page * PE_PAGE);
		put(bytes + begin + 4, 4, size - begin);
	} while (i < pe->place_count);
	*ret_size = (uint32_t)size;
	return bytes;
}

/* The sum of all 16-bit words, with carries added, plus the file's length. The checksum's own field must be 0. */
static uint32_t checksum(const uint8_t *image, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i += 2) {
		sum += (uint32_t)image[i] | (uint32_t)image[i + 1] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum + (uint32_t)size;
}

static void put_headers(const struct pe *pe, uint8_t *image, unsigned count, uint32_t memory)
{
	uint8_t *optional = image + OPTIONAL_HEADER;
	size_t fixed = pe->wide ? 112 : 96; /* before the directories */
	const struct pe_section *text = &pe->sections[PE_TEXT], *reloc = &pe->sections[PE_RELOC];

	put(image, 2, 'M' | 'Z' << 8);
	put(image + 60, 4, SIGNATURE);
	put(image + SIGNATURE, 4, 'P' | 'E' << 8);
	put(image + SIGNATURE + 4, 2, pe->wide ? MACHINE_X86_64 : MACHINE_I386);
	put(image + SIGNATURE + 6, 2, count);
	put(image + SIGNATURE + 20, 2, fixed + DIRECTORIES_SIZE);
	put(image + SIGNATURE + 22, 2, CHARACTERISTICS | (pe->wide ? LARGE_ADDRESSES : BITS_32));

	put(optional, 2, pe->wide ? MAGIC_PE32_PLUS : MAGIC_PE32);
	put(optional + 4, 4, align(text->length, FILE_ALIGNMENT));
	put(optional + 16, 4, pe->entry);
	put(optional + 20, 4, text->address);
	if (!pe->wide)
		put(optional + 24, 4, pe->sections[PE_RODATA].address);
	put(optional + 32, 4, PE_PAGE);
	put(optional + 36, 4, FILE_ALIGNMENT);
	put(optional + 56, 4, memory);
	put(optional + 60, 4, PE_HEADERS_SIZE);
	put(optional + 68, 2, SUBSYSTEM_EFI_APPLICATION);
	put(optional + 70, 2, NX_COMPAT);
	put(optional + fixed - 4, 4, DIRECTORIES);
	put(optional + fixed + DIRECTORY_RELOCATIONS, 4, reloc->address);
	put(optional + fixed + DIRECTORY_RELOCATIONS + 4, 4, reloc->size);
}

/* Writes a section at that offset, and its entry into the table. Returns its size in the file; SIZE_MAX: no room. */
static size_t put_section(
	const struct pe_section *section, int kind, uint8_t *image, uint8_t *entry, size_t offset, size_t capacity)
{
	uint32_t in_file = align(section->length, FILE_ALIGNMENT);

	if (in_file > capacity - offset)
		return SIZE_MAX;
	if (section->length > 0)
		memcpy(image + offset, section->bytes, section->length);
	memcpy(entry, pe_names[kind], strlen(pe_names[kind]));
	put(entry + 8, 4, section->size);
	put(entry + 12, 4, section->address);
	put(entry + 16, 4, in_file);
	put(entry + 20, 4, in_file > 0 ? offset : 0);
	put(entry + 36, 4, section_flags[kind]);
	return in_file;
}

static size_t put_sections(struct pe *pe, uint8_t *image, size_t capacity)
{
	uint8_t *entry = image + OPTIONAL_HEADER + DIRECTORIES_SIZE + (pe->wide ? 112 : 96);
	size_t size = PE_HEADERS_SIZE, data = 0;
	uint32_t memory = PE_HEADERS_SIZE;
	unsigned count = 0;

	for (int kind = 0; kind < PE_SECTIONS; kind++) {
		struct pe_section *section = &pe->sections[kind];
		size_t in_file;

		if (section->size == 0)
			continue;
		if (kind == PE_RELOC)
			section->address = memory;
		in_file = put_section(section, kind, image, entry, size, capacity);
		if (in_file == SIZE_MAX)
			return 0;
		entry += SECTION_ENTRY;
		count++;
		size += in_file;
		data += kind != PE_TEXT ? in_file : 0;
		memory = align(section->address + section->size, PE_PAGE);
	}
	put_headers(pe, image, count, memory);
	put(image + OPTIONAL_HEADER + 8, 4, data);
	put(image + CHECKSUM, 4, checksum(image, size));
	return size;
}

size_t pe_make(struct pe *pe, uint8_t *image, size_t capacity)
{
	struct pe_section *reloc = &pe->sections[PE_RELOC];
	uint8_t *relocations = make_relocations(pe, &reloc->size);
	size_t size;

	if (relocations == NULL)
		return 0;
	reloc->bytes = relocations;
	reloc->length = reloc->size;
	memset(image, 0, capacity);
	size = put_sections(pe, image, capacity);
	reloc->bytes = NULL;
	free(relocations);
	return size;
}
