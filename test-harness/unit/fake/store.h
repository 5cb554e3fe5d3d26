/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A UEFI variable store that a test builds byte by byte. Layout: edk2 MdePkg/Include/Pi/PiFirmwareVolume.h,
 * MdeModulePkg/Include/Guid/ VariableFormat.h and SystemNvDataGuid.h.
 */
#ifndef KVMLEAF_UNIT_FAKE_STORE_H
#define KVMLEAF_UNIT_FAKE_STORE_H

#include <glib.h>
#include <stdint.h>

#include "kvmleaf/report_variable.h"
#include "qemu/varstore.h"

enum {
	STORE_HEADER = 0x48,
	STORE_SPACE = 0x64, /* where the variables begin */
	/* States of a variable (VariableFormat.h: VAR_ADDED and others); each step clears one bit more. */
	ADDED = 0x3f,
	IN_DELETED_TRANSITION = 0x3e,
	DELETED = 0x3c,
	DELETED_TOO = 0x3d,
	HEADER_ONLY = 0x7f,
};

/* GUIDs as they lie in memory: of the firmware volume, of the store's own format, and of the report variable. */
extern const uint8_t store_volume_guid[16], store_guid[16], store_report_guid[16];

struct store {
	uint8_t *bytes; /* allocated with exactly this size, so that ASan reports a read of one byte more */
	size_t size, used;
};

/* Writes a little-endian number of size bytes. */
void store_put(uint8_t *bytes, uint64_t value, int size);

/* A store without variables. */
void store_init(struct store *store, size_t size);
void store_clear(struct store *store);

/* Appends a variable and returns the address of its header. */
uint8_t *store_add(struct store *store, uint8_t state, const uint8_t *guid, const char *name, const char *data);
uint8_t *store_add_report(struct store *store, uint8_t state, const char *data);

/*
 * Calls varstore_find() and asserts what holds for every store: the variable that is found lies inside the store, and a
 * store that is refused gives its reason in one line.
 */
gboolean store_find(const uint8_t *bytes, size_t size, const char *name, const char *guid, struct variable *ret);

/* Asserts that the store can be read and has this report; NULL: that it has none. */
void assert_report(const struct store *store, const char *expected);

/* Asserts that the store cannot be read. */
void assert_refused(const struct store *store);

#endif
