/* SPDX-License-Identifier: BSD-2-Clause */
/* How kvmleaf-boot ends, and the errors that lead there: an error's code is the process's exit status. */
#ifndef KVMLEAF_BOOT_BASE_ERROR_H
#define KVMLEAF_BOOT_BASE_ERROR_H

#include <glib.h>

enum boot_status {
	BOOT_PASS = 0,
	BOOT_FAILED = 1, /* a guest, or what it reported, was not as it should be */
	BOOT_USAGE = 2,  /* an option, a case file or a file it names is wrong; nothing was run */
	BOOT_SETUP = 3,  /* something this machine lacks: QEMU, firmware, KVM, the nested host, room to write */
};

#define BOOT_ERROR boot_error_quark()
GQuark boot_error_quark(void);

#endif
