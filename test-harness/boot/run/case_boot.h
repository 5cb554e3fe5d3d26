/* SPDX-License-Identifier: BSD-2-Clause */
/* One case as one guest: booted from reset, or restored where the case allows it. */
#ifndef KVMLEAF_BOOT_RUN_CASE_BOOT_H
#define KVMLEAF_BOOT_RUN_CASE_BOOT_H

#include "cases/cases.h"
#include "guest/guest.h"
#include "host.h"
#include "options.h"

/* Runs the case on accel (kvm or tcg) in that folder, which is made. on_line: the app's console as it comes, or NULL.
 */
gboolean case_boot(const struct options *options, const struct host *host, const struct boot_case *boot_case,
	const char *accel, const char *folder, void (*on_line)(gpointer context, const char *line),
	struct guest_result *result, GError **error);

#endif
