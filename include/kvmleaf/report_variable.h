/* SPDX-License-Identifier: BSD-2-Clause */
/* The report's place in the variable store, and the sizes that bound it. */
#ifndef KVMLEAF_REPORT_VARIABLE_H
#define KVMLEAF_REPORT_VARIABLE_H

#define REPORT_SCHEMA "kvmleaf/1"

/* Content: the JSON document of report.schema.json, UTF-8, no byte order mark, no trailing NUL. */
#define REPORT_VARIABLE_NAME "KvmLeafReport"

/* 844178cc-75ab-4984-8674-514528c3b17a. The initializer is that of an EFI_GUID (first three fields little-endian
 * in memory); the text is efivarfs's spelling. */
#define REPORT_VARIABLE_GUID                                                                                           \
	{                                                                                                              \
		0x844178cc, 0x75ab, 0x4984,                                                                            \
		{                                                                                                      \
			0x86, 0x74, 0x51, 0x45, 0x28, 0xc3, 0xb1, 0x7a                                                 \
		}                                                                                                      \
	}
#define REPORT_VARIABLE_GUID_TEXT "844178cc-75ab-4984-8674-514528c3b17a"

enum {
	REPORT_VARIABLE_ATTRIBUTES = 0x7, /* non-volatile, boot service access, runtime access */
	REPORT_SIZE_MAX = 32 * 1024,      /* bytes; 4 MiB OVMF takes 33,732 with the name, 2 MiB OVMF 8,132 */
};

#endif
