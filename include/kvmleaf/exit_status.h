/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run ended. The table is exit_status.def; the app and the harness use the columns that they need. */
#ifndef KVMLEAF_EXIT_STATUS_H
#define KVMLEAF_EXIT_STATUS_H

enum exit_status {
#define EXIT_STATUS(name, value, short_name, efi, meaning) STATUS_##name = (value),
#include "exit_status.def"
};

/* The I/O port of isa-debug-exit that --exit=qemu writes to, unless another is given. */
enum { DEBUG_EXIT_PORT = 0xf4 };

/* The exit status of the QEMU process after this value was written to isa-debug-exit. */
#define QEMU_STATUS(value) (((value) << 1) | 1)

/* The short name of the status with this value, or NULL where no status has it. */
const char *exit_status_name(int value);

#endif
