/* SPDX-License-Identifier: BSD-2-Clause */
/* Entry points and structure layout: DMTF DSP0134, SMBIOS reference specification, sections 5.2 and 6.1. */
#include "firmware/smbios.h"

enum { TYPE_SYSTEM = 1, TYPE_END = 127, MANUFACTURER = 4, HEADER_SIZE = 4 };

struct tables {
	const uint8_t *start, *end;
};

static BOOLEAN find_tables(const struct firmware *firmware, struct tables *ret)
{
	static const EFI_GUID smbios3 = { 0xf2fd1544, 0x9794, 0x4a2c,
		{ 0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94 } };
	static const EFI_GUID smbios = { 0xeb9d2d31, 0x2d88, 0x11d3,
		{ 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d } };

	for (UINTN i = 0; i < firmware->system->NumberOfTableEntries; i++) {
		const EFI_CONFIGURATION_TABLE *table = &firmware->system->ConfigurationTable[i];
		const uint8_t *entry = table->VendorTable;

		if (bytes_equal(&table->VendorGuid, &smbios3, sizeof(smbios3)) && bytes_equal(entry, "_SM3_", 5)) {
			ret->start = (const uint8_t *)(UINTN) * (const UINT64 *)(entry + 16);
			ret->end = ret->start + *(const UINT32 *)(entry + 12);
			return TRUE;
		}
		if (bytes_equal(&table->VendorGuid, &smbios, sizeof(smbios)) && bytes_equal(entry, "_SM_", 4)) {
			ret->start = (const uint8_t *)(UINTN) * (const UINT32 *)(entry + 24);
			ret->end = ret->start + *(const UINT16 *)(entry + 22);
			return TRUE;
		}
	}
	return FALSE;
}

/*
 * The string of that number, from 1; "" for none. A structure's strings follow its formatted area, whose length is its
 * second byte; each ends with a NUL, and the last is followed by one more.
 */
static const char *string_of(const struct tables *tables, const uint8_t *structure, uint8_t number)
{
	const uint8_t *string = structure + structure[1];

	while (number > 1 && string < tables->end) {
		while (string < tables->end && *string != 0)
			string++;
		string++;
		number--;
	}
	return number == 1 && string < tables->end ? (const char *)string : "";
}

static BOOLEAN begins_with(const struct tables *tables, const char *string, const char *beginning)
{
	size_t length = string_length(beginning);

	return (const uint8_t *)string + length < tables->end && bytes_equal(string, beginning, length);
}

static const uint8_t *next_structure(const struct tables *tables, const uint8_t *structure)
{
	const uint8_t *byte = structure + structure[1];

	while (byte + 1 < tables->end && (byte[0] != 0 || byte[1] != 0))
		byte++;
	return byte + 2;
}

BOOLEAN smbios_maker_is(const struct firmware *firmware, const char *beginning)
{
	struct tables tables;
	const uint8_t *structure;

	if (!find_tables(firmware, &tables))
		return FALSE;
	for (structure = tables.start; structure + HEADER_SIZE <= tables.end && structure[1] >= HEADER_SIZE;
		structure = next_structure(&tables, structure)) {
		if (structure[0] == TYPE_END)
			return FALSE;
		if (structure[0] == TYPE_SYSTEM && structure[1] > MANUFACTURER && structure + MANUFACTURER < tables.end)
			return begins_with(&tables, string_of(&tables, structure, structure[MANUFACTURER]), beginning);
	}
	return FALSE;
}
