/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a case names: firmware of its own, an image to boot. */
#ifndef KVMLEAF_BOOT_CASES_CASE_PARTS_H
#define KVMLEAF_BOOT_CASES_CASE_PARTS_H

#include "cases/cases.h"
#include "qemu/firmware.h"

/* Where files lie that a case may name. */
struct case_places {
	const char *app;    /* the usual app; another one lies beside it */
	const char *images; /* folder of kvmleaf's own disk images */
};

struct case_parts {
	struct firmware *firmware; /* NULL for the usual */
	char *rom;                 /* a ROM image in its place */
	char *disk;
};

/* FALSE and one line where one is missing: BOOT_USAGE for a file that the case names, BOOT_SETUP for firmware of a kind
 * that this machine need not have. */
gboolean case_parts_find(
	const struct case_places *places, const struct boot_case *boot_case, struct case_parts *parts, GError **error);
void case_parts_clear(struct case_parts *parts);

#endif
