/* SPDX-License-Identifier: BSD-2-Clause */
/* The raw disk by which a restored guest gets its app: what the harness writes and the launcher reads. */
#ifndef KVMLEAF_LAUNCHER_PAYLOAD_H
#define KVMLEAF_LAUNCHER_PAYLOAD_H

#include <stdint.h>

/* Offsets and sizes in bytes; numbers are little-endian. The disk's size is part of the captured machine. */
enum {
	PAYLOAD_DISK_SIZE = 1024 * 1024,
	PAYLOAD_ARGUMENTS_MAX = 2048,
	PAYLOAD_APP_OFFSET = 4096,
};

#define PAYLOAD_MAGIC "kvmleaf" /* with its end, eight bytes */

/* At offset 0. */
struct payload_header {
	char magic[8];
	uint32_t app_size;
	uint32_t arguments_length;
	char arguments[PAYLOAD_ARGUMENTS_MAX]; /* ASCII */
};

/* The transmitter of the first serial port. */
enum { SERIAL_PORT = 0x3f8 };

/* pvpanic's port; a guest that writes this bit there is stopped by QEMU's -action panic=pause. */
enum { PVPANIC_PORT = 0x505, PVPANIC_PANICKED = 1 };

#endif
