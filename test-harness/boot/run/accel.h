/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_RUN_ACCEL_H
#define KVMLEAF_BOOT_RUN_ACCEL_H

#include "host.h"

/*
 * What guests run on: "kvm", "nested" or "tcg". asked: one of these, or auto or NULL for KVM where firmware boots on
 * it, else a nested host. NULL and one line where KVM was asked for and does not work.
 */
const char *accel_resolve(const char *asked, const struct host *host, GError **error);

#endif
