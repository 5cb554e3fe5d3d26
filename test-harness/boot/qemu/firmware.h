/* SPDX-License-Identifier: BSD-2-Clause */
/* Which UEFI firmware to boot: QEMU's firmware descriptors (QEMU docs/interop/firmware.json). */
#ifndef KVMLEAF_BOOT_QEMU_FIRMWARE_H
#define KVMLEAF_BOOT_QEMU_FIRMWARE_H

#include <glib.h>

struct firmware {
	char *code;                      /* executable image, mapped read-only */
	char *vars;                      /* template of the variable store, never mapped itself */
	char *code_format, *vars_format; /* QEMU block formats: raw or qcow2 */
	gboolean smm;                    /* it runs in system management mode, which alone may write the flash */
	char *source;                    /* the descriptor, or the option, that named them */
};

/*
 * The first descriptor, in the order of the specification, for this architecture (x86_64 or i386) on q35 in split flash
 * that has each of the features, and none that has a "!" before it. features NULL: without enrolled keys, and for
 * x86_64 without SMM. option, if not NULL, is CODE:VARS and comes before all. Files are checked to exist and to pair.
 */
struct firmware *firmware_find(const char *option, const char *architecture, char **features, GError **error);
void firmware_free(struct firmware *firmware);

#endif
