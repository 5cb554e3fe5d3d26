/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_RUN_ACCEL_H
#define KVMLEAF_BOOT_RUN_ACCEL_H

#include "settings.h"

/* The accelerator for KVM guests: kvm or nested; tcg where the user wants it. NULL and one line for none. */
const char *accel_resolve(const struct settings *settings, GError **error);

#endif
