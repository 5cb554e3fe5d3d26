/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that a case names: firmware of its own, an image to boot. */
#ifndef KVMLEAF_BOOT_CASE_PARTS_H
#define KVMLEAF_BOOT_CASE_PARTS_H

#include "cases.h"
#include "settings.h"

struct case_parts {
	struct firmware *firmware; /* NULL for the usual */
	char *rom;                 /* a ROM image in its place */
	char *disk;
};

/* FALSE, with what is missing, where this machine lacks one. */
gboolean case_parts_find(
	const struct settings *settings, const struct boot_case *boot_case, struct case_parts *parts, GError **error);
void case_parts_clear(struct case_parts *parts);

#endif
