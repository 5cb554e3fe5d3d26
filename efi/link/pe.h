/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes an EFI application in the PE format. */
#ifndef KVMLEAF_LINK_PE_H
#define KVMLEAF_LINK_PE_H

#include <stddef.h>
#include <stdint.h>

enum { PE_PAGE = 4096, PE_HEADERS_SIZE = 1024 };

/* The sections that a file can have, in this order. pe_make() itself makes the last one, the relocations. */
enum pe_kind { PE_TEXT, PE_RODATA, PE_DATA, PE_SBAT, PE_RELOC, PE_SECTIONS };
extern const char *const pe_names[PE_SECTIONS];

struct pe_section {
	uint32_t address, size; /* in memory; size 0: the file has no such section */
	const uint8_t *bytes;
	uint32_t length; /* of bytes; the section's rest is zeros */
};

struct pe {
	int wide;       /* 1: x86_64, 0: ia32 */
	uint32_t entry; /* the address of efi_main() */
	struct pe_section sections[PE_SECTIONS];
	/* The addresses of the pointers that the loader must adjust. */
	uint32_t *places;
	size_t place_count;
};

/* Writes the file into image and returns its size; 0 where capacity is too small. Sorts places, fills PE_RELOC. */
size_t pe_make(struct pe *pe, uint8_t *image, size_t capacity);

#endif
