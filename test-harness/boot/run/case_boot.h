/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs one case as one guest, which is restored from a captured guest where the case allows it, else booted. */
#ifndef KVMLEAF_BOOT_RUN_CASE_BOOT_H
#define KVMLEAF_BOOT_RUN_CASE_BOOT_H

#include "cases/cases.h"
#include "guest/guest.h"
#include "host.h"
#include "options.h"

/*
 * Runs the case on accel (kvm or tcg); the guest's files go to folder, which is made. on_line, which may be NULL, gets
 * the app's console line by line. *result is to be cleared with guest_result_clear. FALSE with an error where the guest
 * could not be tried; *result needs no clearing then.
 */
gboolean case_boot(const struct options *options, const struct host *host, const struct boot_case *boot_case,
	const char *accel, const char *folder, void (*on_line)(gpointer context, const char *line),
	struct guest_result *result, GError **error);

#endif
