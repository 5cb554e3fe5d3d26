/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every other vCPU executes: it reads leaves of CPUID into memory, and the first vCPU does the rest. The UEFI PI
 * specification (volume 2, 13.4) says that a vCPU that does not end in time is stopped, and EDK2 resets it
 * (ResetProcessorToIdleState() of UefiCpuPkg/Library/MpInitLib/MpLib.c). Firmware that does neither would let it go on
 * after this app has been unloaded, as every app is when it returns (CoreStartImage() of
 * MdeModulePkg/Core/Dxe/Image/Image.c). So the code uses only its argument and works wherever it is copied to: with
 * code and data in memory of their own, which are never given back, a vCPU may come at any time.
 */
#ifndef KVMLEAF_FIRMWARE_LEAF_READER_H
#define KVMLEAF_FIRMWARE_LEAF_READER_H

#include "firmware/firmware.h"

/*
 * The argument. The assembly code knows where its members are, so all of them have 64 bits, in both kinds of firmware.
 * numbers[0] and numbers[1] are not read: they stand for leaf 0 and for the highest basic leaf of each vCPU.
 */
struct leaf_number {
	UINT32 leaf, subleaf;
};

struct leaf_reader {
	UINT64 services;   /* struct mp_services */
	UINT64 who_am_i;   /* its function of that name, the only one that may be called on another vCPU */
	UINT64 processors; /* how many slots there are */
	UINT64 slots;      /* struct leaf_slot, by the processor's number */
	UINT64 slot_size;  /* bytes */
	UINT64 count;      /* of leaves */
	struct leaf_number numbers[];
};

/* What one vCPU has read. */
struct leaf_slot {
	volatile UINT32 done; /* set last */
	UINT32 reserved[3];
	struct cpuid_regs answers[]; /* in the order of the numbers */
};

struct machine_code {
	const char *start;
	UINTN size;
};

/* The code, an mp_procedure whose argument is a struct leaf_reader. */
struct machine_code leaf_reader_code(void);

#endif
