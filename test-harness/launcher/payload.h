/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The raw disk from which a restored guest gets its app, and to which it prints: the harness writes the one and reads
 * the other, the launcher the reverse.
 */
#ifndef KVMLEAF_LAUNCHER_PAYLOAD_H
#define KVMLEAF_LAUNCHER_PAYLOAD_H

#include <stdint.h>

/* Offsets and sizes are in bytes, numbers are little-endian. A restored machine must have a disk of the same size. */
enum {
	PAYLOAD_DISK_SIZE = 1024 * 1024,
	PAYLOAD_ARGUMENTS_MAX = 2048,
	PAYLOAD_APP_OFFSET = 4096,
	/* The text of the console, up to the end of the disk or the first NUL. */
	PAYLOAD_CONSOLE_OFFSET = 768 * 1024,
	PAYLOAD_BLOCK_SIZE = 512,
};

#define PAYLOAD_MAGIC "kvmleaf" /* eight bytes with the NUL */

/* At offset 0. */
struct payload_header {
	char magic[8];
	uint32_t app_size;
	uint32_t arguments_length;
	char arguments[PAYLOAD_ARGUMENTS_MAX]; /* ASCII */
};

/* The I/O port of the first serial port's transmitter. */
enum { SERIAL_PORT = 0x3f8 };

/* The I/O port of QEMU's pvpanic device. Writing this bit stops the guest where QEMU has -action panic=pause. */
enum { PVPANIC_PORT = 0x505, PVPANIC_PANICKED = 1 };

#endif
