/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_MACHINE_H
#define KVMLEAF_BOOT_MACHINE_H

#include "guest.h"

/* Child file descriptors that the command line names. */
enum { CHILD_QMP_FD = 10, CHILD_SERIAL_FD = 11 };

/* QEMU's argument vector for the guest, started stopped; vars is its private variable store, NULL without flash. */
GPtrArray *machine_command(const struct guest_spec *spec, const char *vars);
/* The command as a shell would take it. */
char *machine_command_text(const GPtrArray *command);
/* Whether this QEMU is there and new enough. */
gboolean machine_check_qemu(const char *qemu, GError **error);

#endif
