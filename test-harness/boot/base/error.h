/* SPDX-License-Identifier: BSD-2-Clause */
/* The exit statuses of kvmleaf-boot, which are also the codes of its GErrors in the domain BOOT_ERROR. */
#ifndef KVMLEAF_BOOT_BASE_ERROR_H
#define KVMLEAF_BOOT_BASE_ERROR_H

#include <glib.h>

enum boot_status {
	BOOT_PASS = 0,
	BOOT_FAILED = 1, /* a guest failed, or its report is not what was expected */
	BOOT_USAGE = 2,  /* an option, a case file, or a file named by one of them, is wrong; nothing was run */
	BOOT_SETUP = 3,  /* this computer lacks something: QEMU, firmware, KVM, the nested host, disk space */
};

/* A code that is no exit status: the case is not tried, since the CPU lacks what it is about. */
enum { BOOT_LACKS = 100 };

#define BOOT_ERROR boot_error_quark()
GQuark boot_error_quark(void);

/* Sets an error of BOOT_USAGE; always FALSE, so that a check can return it. */
gboolean usage_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
