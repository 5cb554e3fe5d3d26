/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the accelerator that guests run on. */
#ifndef KVMLEAF_BOOT_RUN_ACCEL_H
#define KVMLEAF_BOOT_RUN_ACCEL_H

#include "host.h"

/*
 * Returns "kvm", "nested", "nested-intel" or "tcg", which is not freed. asked is one of these, or "auto" or NULL: KVM
 * where firmware boots on it, else the nested host with an AMD CPU. NULL with BOOT_SETUP where what was asked for does
 * not work or is not installed.
 */
const char *accel_resolve(const char *asked, const struct host *host, GError **error);
/*
 * What cases run on that need a CPU of this maker ("amd" or "intel"; NULL for any) when other cases run on accel: accel
 * itself, or the nested host with such a CPU. NULL with BOOT_SETUP where accel is this system's own KVM and its CPU is
 * another maker's, or where the nested host's emulator is not installed.
 */
const char *accel_of_maker(const char *accel, const char *maker, GError **error);

#endif
