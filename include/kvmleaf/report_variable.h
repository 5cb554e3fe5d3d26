/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI variable that holds the report. */
#ifndef KVMLEAF_REPORT_VARIABLE_H
#define KVMLEAF_REPORT_VARIABLE_H

#define REPORT_SCHEMA "kvmleaf/1"

/* Content: the JSON document of report.schema.json, UTF-8, no byte order mark, no trailing NUL. */
#define REPORT_VARIABLE_NAME "KvmLeafReport"

/*
 * The variable's vendor GUID, 844178cc-75ab-4984-8674-514528c3b17a: as the initializer of an EFI_GUID, whose first
 * three fields are little-endian in memory, and as text in the spelling of efivarfs.
 */
#define REPORT_VARIABLE_GUID                                                                                           \
	{                                                                                                              \
		0x844178cc, 0x75ab, 0x4984,                                                                            \
		{                                                                                                      \
			0x86, 0x74, 0x51, 0x45, 0x28, 0xc3, 0xb1, 0x7a                                                 \
		}                                                                                                      \
	}
#define REPORT_VARIABLE_GUID_TEXT "844178cc-75ab-4984-8674-514528c3b17a"

enum {
	REPORT_VARIABLE_ATTRIBUTES = 0x7, /* non-volatile, boot service access, runtime access (UEFI 8.2) */
	/*
	 * The largest report in bytes. OVMF with a flash of 4 MiB allows 33,732 bytes, name included; OVMF of 2 MiB
	 * allows 8,132, and the report is then shortened.
	 */
	REPORT_SIZE_MAX = 32 * 1024,
};

#endif
