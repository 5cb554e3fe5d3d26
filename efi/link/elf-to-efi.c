/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elf-to-efi ELF EFI: converts the ELF file that the linker has made by efi.lds into an EFI application. The layout of
 * the EFI file is decided here, so that it is the same with every linker: each section begins on a page of its own,
 * none is both writable and executable, and the relocations are in the form that the firmware's loader applies, so that
 * the app need not relocate itself.
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pe.h"

/* SHT_RELR, packed relocations, which older versions of elf.h do not define. */
enum { SECTION_RELR = 19 };

enum { SIZE_MAX_BYTES = 4 * 1024 * 1024, RELOCATIONS_MAX = 65536 };

struct section {
	const char *name;
	uint64_t type, flags, address, offset, size;
};

static const char *path;
static uint8_t elf[SIZE_MAX_BYTES], image[SIZE_MAX_BYTES];
static size_t elf_size;
static uint32_t places[RELOCATIONS_MAX];
static struct pe pe = { .places = places };

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "elf-to-efi: %s ", path);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

/* These bytes of the ELF file; ends the program where the file is shorter. */
static uint8_t *elf_at(uint64_t offset, uint64_t size)
{
	if (offset > elf_size || size > elf_size - offset)
		fail("is cut off");
	return elf + offset;
}

/* The header of a 32-bit or a 64-bit ELF file, in the form of the latter. */
static Elf64_Ehdr read_header(void)
{
	Elf64_Ehdr header;
	Elf32_Ehdr narrow;

	memcpy(&narrow, elf_at(0, sizeof(narrow)), sizeof(narrow));
	if (memcmp(narrow.e_ident, ELFMAG, SELFMAG) != 0 || narrow.e_ident[EI_DATA] != ELFDATA2LSB ||
		!(narrow.e_machine == EM_X86_64 || narrow.e_machine == EM_386))
		fail("is no ELF file for x86_64 or ia32");
	pe.wide = narrow.e_ident[EI_CLASS] == ELFCLASS64;
	if (pe.wide) {
		memcpy(&header, elf_at(0, sizeof(header)), sizeof(header));
		return header;
	}
	return (Elf64_Ehdr){ .e_entry = narrow.e_entry,
		.e_shoff = narrow.e_shoff,
		.e_shnum = narrow.e_shnum,
		.e_shstrndx = narrow.e_shstrndx };
}

static Elf64_Shdr read_section_header(const Elf64_Ehdr *header, unsigned index)
{
	Elf64_Shdr found;
	Elf32_Shdr narrow;

	if (pe.wide) {
		memcpy(&found, elf_at(header->e_shoff + index * sizeof(found), sizeof(found)), sizeof(found));
		return found;
	}
	memcpy(&narrow, elf_at(header->e_shoff + index * sizeof(narrow), sizeof(narrow)), sizeof(narrow));
	return (Elf64_Shdr){ .sh_name = narrow.sh_name,
		.sh_type = narrow.sh_type,
		.sh_flags = narrow.sh_flags,
		.sh_addr = narrow.sh_addr,
		.sh_offset = narrow.sh_offset,
		.sh_size = narrow.sh_size };
}

static struct section read_section(const Elf64_Ehdr *header, unsigned index)
{
	Elf64_Shdr names = read_section_header(header, header->e_shstrndx);
	Elf64_Shdr found = read_section_header(header, index);
	const uint8_t *name = elf_at(names.sh_offset + found.sh_name, 1);

	if (memchr(name, '\0', elf_size - (size_t)(name - elf)) == NULL)
		fail("is cut off");
	return (struct section){ (const char *)name, found.sh_type, found.sh_flags, found.sh_addr, found.sh_offset,
		found.sh_size };
}

static int is_linkers_own(const char *name)
{
	static const char *const names[] = { ".dynamic", ".dynsym", ".dynstr", ".hash", ".gnu.hash", ".gnu.version",
		".rela.dyn", ".rel.dyn" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return 1;
	return 0;
}

static void take_section(const struct section *section)
{
	static uint64_t end = PE_HEADERS_SIZE;
	int kind = 0;

	while (kind < PE_RELOC && strcmp(section->name, pe_names[kind]) != 0)
		kind++;
	if (kind == PE_RELOC)
		fail("has a section %s, for which efi/link/efi.lds has no place", section->name);
	if (section->address % PE_PAGE != 0 || section->address < end)
		fail("has a section %s that is not on pages of its own", section->name);
	if (section->address > SIZE_MAX_BYTES || section->size > SIZE_MAX_BYTES - section->address)
		fail("has a section %s that is too large", section->name);
	end = section->address + section->size;
	pe.sections[kind] =
		(struct pe_section){ .address = (uint32_t)section->address, .size = (uint32_t)section->size };
	if (section->type == SHT_NOBITS)
		return;
	pe.sections[kind].bytes = elf_at(section->offset, section->size);
	pe.sections[kind].length = (uint32_t)section->size;
}

/* The pointer that the program has at that address, as bytes of the ELF file. */
static uint8_t *pointer_at(uint64_t address)
{
	uint64_t width = pe.wide ? 8 : 4;

	for (int kind = 0; kind < PE_RELOC; kind++) {
		const struct pe_section *section = &pe.sections[kind];

		if (address >= section->address && section->length >= width &&
			address - section->address <= section->length - width)
			return elf_at((uint64_t)(section->bytes - elf) + address - section->address, width);
	}
	fail("has a relocation at 0x%llx, where nothing is", (unsigned long long)address);
}

static void take_relocation(uint64_t address, uint64_t type)
{
	if (type != (pe.wide ? R_X86_64_RELATIVE : R_386_RELATIVE))
		fail("has a relocation of type %llu, which no EFI file can have", (unsigned long long)type);
	if (pe.place_count == RELOCATIONS_MAX)
		fail("has more than %d relocations", RELOCATIONS_MAX);
	places[pe.place_count++] = (uint32_t)address;
}

/* On x86_64 a relocation entry carries the pointer's value (RELA), which is copied into the section. */
static void take_relocations(const struct section *section)
{
	Elf64_Rela rela;
	Elf32_Rel rel;

	if (section->type == SECTION_RELR)
		fail("has packed relocations; -z nopack-relative-relocs avoids them");
	if (section->type == SHT_RELA && pe.wide) {
		for (uint64_t at = 0; at + sizeof(rela) <= section->size; at += sizeof(rela)) {
			memcpy(&rela, elf_at(section->offset + at, sizeof(rela)), sizeof(rela));
			take_relocation(rela.r_offset, ELF64_R_TYPE(rela.r_info));
			memcpy(pointer_at(rela.r_offset), &rela.r_addend, sizeof(rela.r_addend));
		}
	} else if (section->type == SHT_REL && !pe.wide) {
		for (uint64_t at = 0; at + sizeof(rel) <= section->size; at += sizeof(rel)) {
			memcpy(&rel, elf_at(section->offset + at, sizeof(rel)), sizeof(rel));
			take_relocation(rel.r_offset, ELF32_R_TYPE(rel.r_info));
			(void)pointer_at(rel.r_offset);
		}
	} else if (section->type == SHT_RELA || section->type == SHT_REL) {
		fail("has relocations of another architecture's form");
	}
}

static void read_elf(void)
{
	Elf64_Ehdr header = read_header();

	for (unsigned i = 1; i < header.e_shnum; i++) {
		struct section section = read_section(&header, i);

		if ((section.flags & SHF_ALLOC) && section.size > 0 && section.type != SECTION_RELR &&
			!is_linkers_own(section.name))
			take_section(&section);
	}
	for (unsigned i = 1; i < header.e_shnum; i++) {
		struct section section = read_section(&header, i);

		if (section.flags & SHF_ALLOC)
			take_relocations(&section);
	}
	if (header.e_entry < pe.sections[PE_TEXT].address ||
		header.e_entry - pe.sections[PE_TEXT].address >= pe.sections[PE_TEXT].length)
		fail("does not begin in .text");
	pe.entry = (uint32_t)header.e_entry;
}

int main(int argc, char **argv)
{
	FILE *file = NULL;
	size_t size;

	if (argc != 3) {
		fprintf(stderr, "usage: elf-to-efi ELF EFI\n");
		return 2;
	}
	path = argv[1];
	file = fopen(path, "rb");
	if (file == NULL)
		fail("cannot be read: %s", strerror(errno));
	elf_size = fread(elf, 1, sizeof(elf), file);
	if (ferror(file) || fclose(file) != 0 || elf_size == sizeof(elf))
		fail("cannot be read, or is of 4 MiB and more");
	read_elf();
	size = pe_make(&pe, image, sizeof(image));
	if (size == 0)
		fail("is too large");
	path = argv[2];
	file = fopen(path, "wb");
	if (file == NULL || fwrite(image, 1, size, file) != size || fclose(file) != 0)
		fail("cannot be written: %s", strerror(errno));
	return 0;
}
