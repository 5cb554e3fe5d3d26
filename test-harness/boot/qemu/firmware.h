/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the UEFI firmware to boot, by QEMU's firmware descriptors (QEMU docs/interop/firmware.json) or an option. */
#ifndef KVMLEAF_BOOT_QEMU_FIRMWARE_H
#define KVMLEAF_BOOT_QEMU_FIRMWARE_H

#include <glib.h>

struct firmware {
	char *code;                      /* executable image, mapped read-only */
	char *vars;                      /* template of the variable store; each guest gets a copy */
	char *code_format, *vars_format; /* QEMU block formats: raw or qcow2 */
	gboolean smm;                    /* needs SMM; the flash is then writable from SMM only */
	char *source;                    /* the descriptor's path, or the option, that named the files */
};

/*
 * The firmware of the first descriptor, in the specification's order, that is for this architecture (x86_64 or i386),
 * the QEMU machine type q35 and split flash, and that has every feature of the list and none that is listed with a "!"
 * before it. features NULL means no enrolled keys and, for x86_64, no SMM. If option (CODE:VARS) is not NULL, it is
 * used instead of any descriptor. The files are checked to exist and to fit each other. To be freed with firmware_free;
 * NULL with an error: BOOT_USAGE for a malformed option, else BOOT_SETUP.
 */
struct firmware *firmware_find(const char *option, const char *architecture, char **features, GError **error);
void firmware_free(struct firmware *firmware);

#endif
