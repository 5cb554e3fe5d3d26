/* SPDX-License-Identifier: BSD-2-Clause */
/* Real KVM on a machine that has none: this very program, run inside a small Linux on a CPU that TCG emulates. */
#ifndef KVMLEAF_BOOT_NESTED_H
#define KVMLEAF_BOOT_NESTED_H

#include "settings.h"

/*
 * Runs `kvmleaf-boot --accel kvm ARGUMENTS` in the nested host. Its standard output goes line by line to on_line, its
 * standard error to ours; what it leaves in its --out folder ends up in folder. ret_status is its exit status.
 */
gboolean nested_run(const struct settings *settings, const char *const *arguments, const char *folder, unsigned timeout,
	void (*on_line)(gpointer context, const char *line), gpointer context, int *ret_status, GError **error);

#endif
