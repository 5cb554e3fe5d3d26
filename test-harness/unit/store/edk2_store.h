/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A variable store that behaves as EDK2's driver does, down to each byte of flash: MdeModulePkg/Universal/Variable/
 * RuntimeDxe/Variable.c and VariableParsing.c, whose functions edk2_store.c names. The flash has the layout of a VARS
 * file. Every byte that is written can be the last one before the power fails.
 */
#ifndef KVMLEAF_UNIT_STORE_EDK2_STORE_H
#define KVMLEAF_UNIT_STORE_EDK2_STORE_H

#include <glib.h>
#include <setjmp.h>
#include <stdint.h>

#include <efi.h>

#include "unit/fake/store.h"

enum { EDK2_HEADER = 60, EDK2_SIZE_MAX = 128 * 1024, EDK2_NO_LIMIT = G_MAXUINT32 };

struct edk2_store {
	/* What the machine is like. A test sets these after edk2_init(). */
	size_t max_variable;      /* PcdMaxVariableSize: bytes of one variable, its header included */
	size_t user_space;        /* PcdMaxUserNvVariableSpaceSize: bytes of all users' variables; 0 for no limit */
	gboolean write_protected; /* the flash refuses every write */
	gboolean lies;            /* QueryVariableInfo() says that a megabyte is free */
	gboolean no_query;        /* QueryVariableInfo() is not supported */
	gboolean one_step;        /* header and data are written at once, as since edk2-stable202402 */
	guint power;              /* flash bytes that can be written before the power fails; EDK2_NO_LIMIT */
	jmp_buf *off;             /* where a test goes on after that */

	/* What a test reads. */
	struct store store; /* the flash */
	guint changed;      /* bytes of flash that a write changed */
	guint calls;        /* of SetVariable() */

	/* What the driver keeps in memory. */
	size_t last;  /* offset behind the last variable: NonVolatileLastVariableOffset */
	size_t total; /* bytes that all variables take, deleted ones included: CommonVariableTotalSize */
	/* The one volatile variable: it has the name that was asked for last. */
	UINT32 volatile_attributes; /* 0: there is none */
	GByteArray *volatile_bytes;
};

/* An empty store of that many bytes, on a machine that was just booted. */
void edk2_init(struct edk2_store *edk2, size_t size);
void edk2_clear(struct edk2_store *edk2);
/* A copy with the same flash, for a machine of its own. */
void edk2_copy(struct edk2_store *to, const struct edk2_store *from);
/* Boots the machine: the driver reads the flash anew, and the counts are set to 0. */
void edk2_boot(struct edk2_store *edk2);
/* Fills the store with another vendor's variables until QueryVariableInfo() says that this many bytes remain. */
void edk2_fill(struct edk2_store *edk2, size_t remaining);
/* Deletes these variables. */
void edk2_unfill(struct edk2_store *edk2);
/* The bytes that remain, by QueryVariableInfo(). */
size_t edk2_remaining(struct edk2_store *edk2);

/* The runtime services of this machine, until the next call. */
EFI_RUNTIME_SERVICES *edk2_services(struct edk2_store *edk2);
/* SetVariable() with kvmleaf's name and vendor. */
EFI_STATUS edk2_set_report(struct edk2_store *edk2, UINT32 attributes, const void *bytes, size_t length);

#endif
