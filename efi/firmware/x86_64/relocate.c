/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program moves itself to where the firmware put it, before anything else runs: gnu-efi's crt0 calls this in place
 * of gnu-efi's own, which knows only the long form (24 bytes for each pointer in a table). Linkers from 2022 on write
 * the short one too, a word for an address or for a map of the 63 words after it (System V ABI, "RELR").
 */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>

int _relocate(long base, const Elf64_Dyn *dynamic);

/* glibc's elf.h before 2.36 has none of these. */
enum { TAG_RELRSZ = 35, TAG_RELR = 36 };

static void move(long base, uint64_t address)
{
	*(uint64_t *)((uintptr_t)base + address) += (uint64_t)base;
}

static void relocate_short(long base, const uint64_t *word, size_t size)
{
	uint64_t next = 0;

	for (const uint64_t *end = word + size / sizeof(*word); word < end; word++) {
		if ((*word & 1) == 0) {
			move(base, *word);
			next = *word + 8;
			continue;
		}
		for (int bit = 1; bit < 64; bit++)
			if ((*word >> bit) & 1)
				move(base, next + 8 * (uint64_t)(bit - 1));
		next += UINT64_C(63) * 8;
	}
}

static void relocate_long(long base, const Elf64_Rela *row, size_t size)
{
	for (const Elf64_Rela *end = row + size / sizeof(*row); row < end; row++)
		if (ELF64_R_TYPE(row->r_info) == R_X86_64_RELATIVE)
			move(base, row->r_offset);
}

int _relocate(long base, const Elf64_Dyn *dynamic)
{
	uint64_t rela = 0, rela_size = 0, relr = 0, relr_size = 0;

	for (; dynamic->d_tag != DT_NULL; dynamic++) {
		switch (dynamic->d_tag) {
		case DT_RELA:
			rela = dynamic->d_un.d_ptr;
			break;
		case DT_RELASZ:
			rela_size = dynamic->d_un.d_val;
			break;
		case TAG_RELR:
			relr = dynamic->d_un.d_ptr;
			break;
		case TAG_RELRSZ:
			relr_size = dynamic->d_un.d_val;
			break;
		default:
			break;
		}
	}
	relocate_long(base, (const Elf64_Rela *)((uintptr_t)base + rela), rela_size);
	relocate_short(base, (const uint64_t *)((uintptr_t)base + relr), relr_size);
	return 0; /* EFI_SUCCESS */
}
