/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the files that a case names: its own firmware, its disk image, its app. */
#ifndef KVMLEAF_BOOT_CASES_CASE_PARTS_H
#define KVMLEAF_BOOT_CASES_CASE_PARTS_H

#include "cases/cases.h"
#include "qemu/firmware.h"

/* Where to look for the files that a case may name. */
struct case_places {
	const char *app;    /* the usual app; another app is a path relative to its folder */
	const char *images; /* folder of kvmleaf's own disk images */
};

struct case_parts {
	struct firmware *firmware; /* NULL for the usual firmware */
	char *rom;                 /* the path of a ROM image to use instead; NULL for none */
	char *disk;                /* the path of a disk image; NULL for none */
};

/*
 * Finds the files. *parts is to be cleared with case_parts_clear. FALSE where one is missing: BOOT_USAGE for a file
 * that the case names, BOOT_SETUP for i386 firmware, which not every system has.
 */
gboolean case_parts_find(
	const struct case_places *places, const struct boot_case *boot_case, struct case_parts *parts, GError **error);
void case_parts_clear(struct case_parts *parts);

#endif
