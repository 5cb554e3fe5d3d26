/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI's tables (ACPI specification, 5.2): the firmware's configuration table has the address of the RSDP, which has
 * that of the XSDT or, in version 1.0, of the RSDT; these list all other tables.
 */
#include "firmware/x86_64/acpi.h"

enum {
	RSDP_REVISION = 15,
	RSDP_RSDT = 16,
	RSDP_XSDT = 24,
	/* Of every table. */
	TABLE_LENGTH = 4,
	TABLE_HEADER = 36,
	TABLE_MAX = 1 << 20, /* bytes; larger ones are not believed */
};

static const uint8_t *find_rsdp(const struct firmware *firmware)
{
	static const EFI_GUID guids[] = {
		{ 0x8868e871, 0xe4f1, 0x11d3, { 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 } }, /* ACPI 2.0 */
		{ 0xeb9d2d30, 0x2d88, 0x11d3, { 0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d } }, /* ACPI 1.0 */
	};

	for (UINTN guid = 0; guid < sizeof(guids) / sizeof(guids[0]); guid++) {
		for (UINTN i = 0; i < firmware->system->NumberOfTableEntries; i++) {
			const EFI_CONFIGURATION_TABLE *table = &firmware->system->ConfigurationTable[i];

			if (bytes_equal(&table->VendorGuid, &guids[guid], sizeof(guids[guid])) &&
				table->VendorTable != NULL && bytes_equal(table->VendorTable, "RSD PTR ", 8))
				return table->VendorTable;
		}
	}
	return NULL;
}

/* The address that is stored in size bytes, 4 or 8, at any alignment; NULL where the CPU cannot reach it. */
static const uint8_t *pointer_at(const uint8_t *bytes, UINTN size)
{
	UINT64 address = 0;

	for (UINTN i = size; i > 0; i--)
		address = address << 8 | bytes[i - 1];
	return address == (UINTN)address ? (const uint8_t *)(UINTN)address : NULL;
}

/* The table's length, or 0 where it is none of that signature. */
static uint32_t table_length(const uint8_t *table, const char *signature)
{
	uint32_t length;

	if (table == NULL || !bytes_equal(table, signature, 4))
		return 0;
	length = *(const UINT32 *)(table + TABLE_LENGTH);
	return length >= TABLE_HEADER && length <= TABLE_MAX ? length : 0;
}

BOOLEAN acpi_pm_timer(const struct firmware *firmware, struct pm_timer *ret)
{
	const uint8_t *rsdp = find_rsdp(firmware), *list = NULL;
	UINTN size = sizeof(UINT64);
	uint32_t length = 0;

	if (rsdp == NULL)
		return FALSE;
	if (rsdp[RSDP_REVISION] >= 2) {
		list = pointer_at(rsdp + RSDP_XSDT, size);
		length = table_length(list, "XSDT");
	}
	if (length == 0) {
		size = sizeof(UINT32);
		list = pointer_at(rsdp + RSDP_RSDT, size);
		length = table_length(list, "RSDT");
	}
	for (uint32_t offset = TABLE_HEADER; offset + size <= length; offset += (uint32_t)size) {
		const uint8_t *table = pointer_at(list + offset, size);
		uint32_t table_bytes = table_length(table, "FACP");

		if (table_bytes > 0)
			return pm_timer_in_fadt(table, table_bytes, ret);
	}
	return FALSE;
}
