/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests as the user asked for them: one boot for a person, or cases for a machine. */
#ifndef KVMLEAF_BOOT_RUN_RUN_H
#define KVMLEAF_BOOT_RUN_RUN_H

#include "settings.h"

/* Both return the status that kvmleaf-boot ends with; out takes a folder for each guest. */
int run_one_boot(const struct settings *settings, const char *out, GError **error);
int run_cases(struct settings *settings, const char *out, GError **error);

#endif
