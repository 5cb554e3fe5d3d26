/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the accelerator that guests run on. */
#ifndef KVMLEAF_BOOT_RUN_ACCEL_H
#define KVMLEAF_BOOT_RUN_ACCEL_H

#include "host.h"

/*
 * Returns "kvm", "nested" or "tcg", which is not freed. asked is one of these, or "auto" or NULL: KVM where firmware
 * boots on it, else a nested host. NULL with BOOT_SETUP where "kvm" was asked for and does not work.
 */
const char *accel_resolve(const char *asked, const struct host *host, GError **error);

#endif
