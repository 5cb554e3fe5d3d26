/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_ACCEL_H
#define KVMLEAF_BOOT_ACCEL_H

#include "settings.h"

/*
 * Whether firmware really boots on this machine's KVM: tried once with the app itself, and the answer kept in the
 * cache for as long as kernel, QEMU and firmware stay what they were. The reason why not is in ret_why.
 */
gboolean accel_kvm_works(const struct settings *settings, char **ret_why);
/* The accelerator for KVM guests: kvm or nested; tcg where the user wants it. NULL and one line for none. */
const char *accel_resolve(const struct settings *settings, GError **error);

#endif
