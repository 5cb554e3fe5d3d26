/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KVMLEAF_BOOT_RUN_ACCEL_H
#define KVMLEAF_BOOT_RUN_ACCEL_H

#include "host.h"

/*
 * What guests run on: "kvm", "nested", "nested-intel" or "tcg". asked: one of these, or auto or NULL for KVM where
 * firmware boots on it, else the nested host with an AMD CPU. NULL and one line where what was asked for does not work
 * or is not installed.
 */
const char *accel_resolve(const char *asked, const struct host *host, GError **error);
/*
 * What guests run on that want a CPU of this maker ("amd" or "intel"; NULL for any), where others run on accel: accel,
 * or the nested host with such a CPU. NULL and one line where the machine's own KVM is on another maker's CPU, or the
 * nested host's machine is not installed.
 */
const char *accel_of_maker(const char *accel, const char *maker, GError **error);

#endif
