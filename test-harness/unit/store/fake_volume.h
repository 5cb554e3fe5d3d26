/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A volume of a few files that takes writes as EDK2's FAT driver does (FatPkg/EnhancedFatDxe). Every call of the app is
 * counted; at one of them the call fails, or the power does.
 */
#ifndef KVMLEAF_UNIT_STORE_FAKE_VOLUME_H
#define KVMLEAF_UNIT_STORE_FAKE_VOLUME_H

#include <glib.h>
#include <setjmp.h>

/* limits.h has a macro of this name, and firmware.h a constant. */
#undef LINE_MAX
#include "firmware/volume.h"

enum { FAKE_FILES_MAX = 6, FAKE_ROOM = 4096 };

struct fake_file {
	char name[64]; /* "" for an unused row */
	char bytes[FAKE_ROOM];
	size_t length;
	gboolean is_folder;
};

struct fake_volume {
	struct fake_file files[FAKE_FILES_MAX];
	size_t room;         /* bytes that one more write may have */
	gboolean no_rename;  /* SetInfo refuses another name, as U-Boot's did before 2025.01 */
	unsigned fail_at;    /* number of the call that fails, from 1 on; 0 for none */
	unsigned cut_at;     /* likewise: the power fails before it has done anything, or in the middle of a write */
	jmp_buf *off;        /* where a test goes on then */
	unsigned calls;      /* so far */
	unsigned open_files; /* handles that were not closed */
};

/* Empties the volume. */
void fake_volume_init(struct fake_volume *volume);
void fake_volume_put(struct fake_volume *volume, const char *name, const char *bytes);
/* NULL for a file that is not there. */
struct fake_file *fake_volume_find(struct fake_volume *volume, const char *name);
gboolean fake_volume_has(struct fake_volume *volume, const char *name, const char *bytes);
unsigned fake_volume_count(const struct fake_volume *volume);

/* Calls volume_write() with this volume as the boot volume. The counts of calls and of open files begin anew. */
struct efi_call fake_volume_write(struct fake_volume *volume, const char *path, const char *bytes);

#endif
