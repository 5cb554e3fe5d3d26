/* SPDX-License-Identifier: BSD-2-Clause */
/* What every file here shares: the firmware's tables, and the memory that a run works in. */
#ifndef KVMLEAF_FIRMWARE_FIRMWARE_H
#define KVMLEAF_FIRMWARE_FIRMWARE_H

#include <efi.h>

#include "core/arguments/arguments.h"
#include "kvmleaf/report_variable.h"
#include "core/report/report.h"
#include "core/base/text.h"

enum { CONSOLE_MAX = 16 * 1024, LINE_MAX = 4096, CHUNK_MAX = 2048 };

/* One allocation: static arrays would be zeros in the file, and the stack is the firmware's. */
struct workspace {
	struct report report;
	struct arguments arguments;
	char console[CONSOLE_MAX];
	char line[LINE_MAX]; /* a command line, or a configuration file */
	char json[REPORT_SIZE_MAX];
	char stored[REPORT_SIZE_MAX]; /* the variable as it is in the store */
	CHAR16 chunk[CHUNK_MAX + 1];
};

struct firmware {
	EFI_HANDLE image;
	EFI_SYSTEM_TABLE *system;
	EFI_BOOT_SERVICES *boot;
	EFI_RUNTIME_SERVICES *runtime;
	EFI_LOADED_IMAGE *loaded; /* NULL where the firmware does not say how it loaded us */
	struct workspace *work;
};

/* The protocol's interface on a handle, NULL where it has none. */
void *protocol_on(const struct firmware *firmware, EFI_HANDLE handle, EFI_GUID guid);
/* The interface wherever the first one is, NULL for none. */
void *protocol_anywhere(const struct firmware *firmware, EFI_GUID guid);
/* The status's name in the UEFI specification, or its number in hex. */
void text_efi_status(struct text *text, EFI_STATUS status);

#endif
