/* SPDX-License-Identifier: BSD-2-Clause */
/* An EFI application as a file: what is in it, and its bytes. */
#ifndef KVMLEAF_LINK_PE_H
#define KVMLEAF_LINK_PE_H

#include <stddef.h>
#include <stdint.h>

enum { PE_PAGE = 4096, PE_HEADERS_SIZE = 1024 };

/* The sections there can be, in this order. The last one is made by pe_make. */
enum pe_kind { PE_TEXT, PE_RODATA, PE_DATA, PE_SBAT, PE_RELOC, PE_SECTIONS };
extern const char *const pe_names[PE_SECTIONS];

struct pe_section {
	uint32_t address, size; /* in memory; a size of 0: not there */
	const uint8_t *bytes;
	uint32_t length; /* of bytes; zeros follow */
};

struct pe {
	int wide; /* x86_64, else ia32 */
	uint32_t entry;
	struct pe_section sections[PE_SECTIONS];
	/* Addresses of the pointers that the loader moves. */
	uint32_t *places;
	size_t place_count;
};

/* The file's size; 0 where the capacity does not do. Sorts the places and fills in the last section. */
size_t pe_make(struct pe *pe, uint8_t *image, size_t capacity);

#endif
