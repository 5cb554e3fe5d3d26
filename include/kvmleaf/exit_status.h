/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run ended. exit_status.def holds the table; firmware and harness expand the columns they need. */
#ifndef KVMLEAF_EXIT_STATUS_H
#define KVMLEAF_EXIT_STATUS_H

enum exit_status {
#define EXIT_STATUS(name, value, short_name, efi, meaning) STATUS_##name = (value),
#include "exit_status.def"
};

/* The isa-debug-exit port that --exit=qemu writes to when no other is named. */
enum { DEBUG_EXIT_PORT = 0xf4 };

/* The process status of QEMU after the value was written to isa-debug-exit. */
#define QEMU_STATUS(value) (((value) << 1) | 1)

/* The short name of a status, or NULL for a value that is none. */
const char *exit_status_name(int value);

#endif
