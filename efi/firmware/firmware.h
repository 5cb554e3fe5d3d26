/* SPDX-License-Identifier: BSD-2-Clause */
/* What every file in this folder shares: the firmware's tables, and the memory that a run works in. */
#ifndef KVMLEAF_FIRMWARE_FIRMWARE_H
#define KVMLEAF_FIRMWARE_FIRMWARE_H

#include <efi.h>

#include "core/arguments/arguments.h"
#include "core/base/text.h"
#include "core/report/report.h"
#include "kvmleaf/report_variable.h"

enum {
	LINE_MAX = 32 * 1024, /* bytes of a command line, or of kvmleaf.conf */
	CHUNK_MAX = 2048,     /* characters that are printed by one call */
	NOTES_MAX = 1024,     /* bytes of the lines that say what could not be stored */
};

/* The phases of a run that --timing tells apart, in the order in which it prints them. */
enum phase {
	PHASE_ARGUMENTS, /* read, and the first line printed */
	PHASE_VCPU,      /* CPUID of the first vCPU; decoded and judged */
	PHASE_OTHERS,    /* the other vCPUs, compared with the first */
	PHASE_PROBE,
	PHASE_STORE, /* the variable */
	PHASE_SAVE,  /* the file of --save; the JSON is made for it and for --json */
	PHASE_TABLE, /* made and printed; also what --json prints */
	PHASE_COUNT
};

/* What --timing prints (firmware/timing.h). */
struct timing {
	uint64_t since;              /* the TSC where the present phase began */
	uint64_t ticks[PHASE_COUNT]; /* of the TSC */
	uint32_t queries;            /* CPUID instructions by which the first vCPU was examined and probed */
};

/*
 * All large buffers, in one allocation: static arrays would fill the .efi file with zeros, and the stack belongs to the
 * firmware, which need not give more than 128 KiB (UEFI specification, 2.3.4).
 */
struct workspace {
	struct report report;
	struct arguments arguments;
	struct timing timing;
	BOOLEAN lacks_watchdog;  /* this is in the report */
	char console[CHUNK_MAX]; /* what is to be printed next (console_text) */
	char notes[NOTES_MAX];   /* lines that follow the table, while what precedes them is printed */
	char line[LINE_MAX + 1]; /* one more shows that a file is longer */
	char json[REPORT_SIZE_MAX];
	char stored[REPORT_SIZE_MAX]; /* the variable as it is in the store */
	CHAR16 chunk[CHUNK_MAX + 1];
};

struct firmware {
	EFI_HANDLE image;
	EFI_SYSTEM_TABLE *system;
	EFI_BOOT_SERVICES *boot;
	EFI_RUNTIME_SERVICES *runtime;
	EFI_LOADED_IMAGE *loaded; /* how the app was loaded; NULL where the firmware does not say */
	struct workspace *work;
};

/* A call to the firmware: the function's name in the specification, and what it returned. */
struct efi_call {
	const char *name;
	EFI_STATUS status;
};

static inline struct efi_call efi_call(const char *name, EFI_STATUS status)
{
	return (struct efi_call){ .name = name, .status = status };
}

/* Notes a problem that a failed call is the cause of, with the call's name and status. */
void report_failed_call(struct report *report, enum problem_kind kind, struct efi_call call);
/* Writes the status's name, or its number in hex. */
void text_efi_status(struct text *text, EFI_STATUS status);
/* The same, and the function's name in parentheses, where there is one. */
void text_efi_call(struct text *text, struct efi_call call);

/* The protocol's interface on this handle, NULL where it has none. */
void *protocol_on(const struct firmware *firmware, EFI_HANDLE handle, EFI_GUID guid);
/* The protocol's first interface on any handle; *ret_interface is NULL where there is none. */
struct efi_call protocol_anywhere(const struct firmware *firmware, EFI_GUID guid, void **ret_interface);

#endif
